"""Writing documents. The register that they belong to calls these inside its own action, which records the event."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.record import record
from apps.documents import vault
from apps.documents.examine import Examined
from apps.documents.kinds import unfit
from apps.documents.models import Document, Sealed
from apps.kernel.actor import Actor, system_actor
from apps.kernel.subjects import Subject
from apps.kernel.wall import behind_wall

MOST = 50


def attach(
    subject: Subject, file: Examined, *, by: Actor, at: datetime, description: str, tlp: str, shows: str
) -> Document:
    """Keep an examined file with a subject whose row the caller has locked."""
    here = Document.objects.of(subject)
    if here.filter(detached_at=None).count() >= MOST:
        raise unfit(_("There are %(most)d files already; that is the most.") % {"most": MOST})
    if here.filter(detached_at=None, sha256=file.sha256).exists():
        raise unfit(_("This file is attached already."))
    last = here.aggregate(last=Max("number"))["last"] or 0
    document = Document.objects.create(
        subject_type=subject.kind(), subject_id=subject.pk, number=last + 1, name=file.name, kind=file.kind,
        size=len(file.content), sha256=file.sha256, description=description, tlp=tlp, shows=shows,
        scanner=file.scanner, removed=file.removed, warnings=file.warnings,
        attached_at=at, attached_by=by.name, attached_for=by.organisation_code,
    )  # fmt: skip
    key, data = vault.seal(file.content, place=document.place)
    Sealed.objects.create(document=document, key=key, data=data)
    return document


def detach(document: Document, *, by: Actor, at: datetime) -> None:
    """Take a file off again: its bytes are gone, that it was there is not."""
    Sealed.objects.filter(document=document).delete()
    document.detached_at, document.detached_by = at, by.name
    document.save(update_fields=["detached_at", "detached_by"])


def content_of(document: Document) -> bytes:
    """The plain bytes of a document that the caller may read."""
    sealed = Sealed.objects.get(document=document)
    return vault.unseal(sealed.key, bytes(sealed.data), place=document.place)


def rotate(*, at: datetime, forget: bool = False) -> dict[str, Any]:
    """Seal every document under a new key, one transaction each.

    Where an earlier run was interrupted, this one finishes it under the key that it had made. With `forget`
    the keys that no document needs are dropped; older backups can then no longer be opened.
    """
    if not _waiting(vault.keys()[0].name):
        vault.add_key()
    current, moved = vault.keys()[0].name, 0
    while _move_one(current):
        moved += 1
    with behind_wall(system_actor()):
        needed = set(Sealed.objects.order_by().values_list("key", flat=True).distinct())
        forgotten = vault.keep_only(needed) if forget else 0
        data = {"key": current, "documents": moved, "forgotten": forgotten}
        record("documents.rotate", None, by=system_actor(), at=at, data=data)
    return data


def _waiting(current: str) -> bool:
    """Whether documents lie under an older key, as after an interrupted run."""
    with behind_wall(system_actor()):
        return Sealed.objects.exclude(key=current).exists()


def _move_one(current: str) -> bool:
    """Seal one document anew; tells whether there was one to do."""
    with behind_wall(system_actor()):
        rows = Sealed.objects.select_for_update(of=("self",)).select_related("document")
        sealed = rows.exclude(key=current).order_by("pk").first()
        if sealed is None:
            return False
        plain = vault.unseal(sealed.key, bytes(sealed.data), place=sealed.document.place)
        sealed.key, sealed.data = vault.seal(plain, place=sealed.document.place)
        sealed.save(update_fields=["key", "data"])
        return True
