"""Keeping the search cards: written in the transaction that changed the subject."""

from datetime import datetime

from apps.kernel.subjects import Subject
from apps.search.models import Entry, Identifier


def card(subject: Subject, *, at: datetime) -> None:
    """Write or renew the card of a subject, with its present audience."""
    title, text, identifiers = subject.search_words()
    entry, made = Entry.objects.update_or_create(
        subject_type=subject.kind(),
        subject_id=subject.pk,
        defaults={"title": title, "text": text, "audience": subject.audience},
        create_defaults={
            "title": title,
            "text": text,
            "audience": subject.audience,
            "reference": getattr(subject, "reference", ""),
            "at": at,
        },
    )
    wanted = {identifier[:80] for identifier in identifiers if identifier}
    known = set() if made else set(entry.identifiers.values_list("value", flat=True))
    if gone := known - wanted:
        entry.identifiers.filter(value__in=gone).delete()
    Identifier.objects.bulk_create([Identifier(value=value, entry=entry) for value in sorted(wanted - known)])
