"""Files of a RIF: part of what its author writes, so they come and go while it is a draft."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.documents import actions as documents
from apps.documents import classified
from apps.documents.examine import Examined
from apps.documents.kinds import PICTURES, unfit
from apps.documents.models import Document, Shows
from apps.kernel.actor import Actor
from apps.rifs.content import clean
from apps.rifs.models import Rif, Status, Tlp
from apps.rifs.rules import by_issuer
from apps.workflow.transitions import change

#: Strictest first.
STRICTNESS = [Tlp.AMBER_STRICT, Tlp.AMBER, Tlp.GREEN, Tlp.CLEAR]


def markings_for(rif: Rif) -> list[Tlp]:
    """The markings that a file of this RIF may have: its own or a stricter one."""
    return STRICTNESS[: STRICTNESS.index(Tlp(rif.tlp)) + 1]


def marking_of(document: Document, rif: Rif) -> str:
    """The marking that holds: a RIF that was made stricter later makes its files stricter."""
    return str(min(Tlp(document.tlp), Tlp(rif.tlp), key=STRICTNESS.index))


@change(Rif, needs=Permission.RIF_DRAFT, sources=[Status.DRAFT], guards=(by_issuer,))
def attach(
    rif: Rif, *, by: Actor, at: datetime, file: Examined, description: str = "", tlp: str = "", shows: str = ""
) -> dict[str, Any]:
    """Attach an examined file to a draft, marked no looser than the RIF."""
    tlp = tlp or rif.tlp
    if tlp not in markings_for(rif):
        raise unfit(_("A file may not be marked looser than its RIF (TLP:%(tlp)s).") % {"tlp": rif.tlp}, field="tlp")
    if shows not in Shows.values or (shows and file.kind not in PICTURES):
        raise unfit(_("Only PNG, JPEG and TIFF are images."), field="shows")
    description = clean(description)
    classified.check(description)
    document = documents.attach(rif, file, by=by, at=at, description=description, tlp=tlp, shows=shows)
    _by_hand_of(rif, by)
    return _facts(document) | {"received_sha256": file.received_sha256, "removed": file.removed}


@change(Rif, needs=Permission.RIF_DRAFT, sources=[Status.DRAFT], guards=(by_issuer,))
def detach(rif: Rif, *, by: Actor, at: datetime, number: int) -> dict[str, Any]:
    """Take a file off a draft; its bytes are deleted."""
    document = Document.objects.of(rif).filter(number=number, detached_at=None).first()
    if document is None:
        raise unfit(_("This file is not attached any more."), field="")
    documents.detach(document, by=by, at=at)
    _by_hand_of(rif, by)
    return _facts(document)


def _facts(document: Document) -> dict[str, Any]:
    return {
        "number": document.number, "name": document.name, "kind": document.kind, "size": document.size,
        "sha256": document.sha256, "tlp": document.tlp,
    }  # fmt: skip


def _by_hand_of(rif: Rif, by: Actor) -> None:
    """Whoever attaches has written part of it, and so may not publish it."""
    if by.user_id and by.user_id not in rif.hands:
        rif.hands = [*rif.hands, by.user_id]
