"""Keeping the search cards: written in the transaction that changed the subject."""

from datetime import datetime

from apps.kernel.subjects import Subject
from apps.search.models import Entry, Identifier


def card(subject: Subject, *, at: datetime) -> None:
    """Write or renew the card of a subject, with its present audience."""
    title, text, identifiers = subject.search_words()
    same = {"title": title, "text": text, "audience": subject.audience}
    if Entry.objects.filter(subject_type=subject.kind(), subject_id=subject.pk, **same).exists():
        return  # most events, such as an acknowledgement, change nothing that it is found by
    entry = Entry(subject_type=subject.kind(), subject_id=subject.pk, title=title, text=text, audience=subject.audience)
    entry.reference, entry.at = getattr(subject, "reference", ""), at
    Entry.objects.bulk_create(
        [entry],
        update_conflicts=True,
        unique_fields=["subject_type", "subject_id"],
        update_fields=["title", "text", "audience"],
    )
    wanted = {identifier[:80] for identifier in identifiers if identifier}
    known = set(entry.identifiers.values_list("value", flat=True))
    if gone := known - wanted:
        entry.identifiers.filter(value__in=gone).delete()
    Identifier.objects.bulk_create([Identifier(value=value, entry=entry) for value in sorted(wanted - known)])
