"""For the issuer: who can see a RIF, by which rule, and how it looks to them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.actors import organisation_itself
from apps.audit.middleware import looked_at
from apps.documents.models import how_many
from apps.kernel.requests import HttpRequest
from apps.kernel.wall import behind_wall
from apps.rifs.models import SHARED, Rif
from apps.rifs.show import detail_of
from apps.rifs.xray import seen_as, xray


def _issued(request: HttpRequest, reference: str) -> Rif:
    """A published RIF of the own organisation; everybody else hears that there is no such page."""
    rows = Rif.objects.visible_to(request.actor).select_related("issuer").annotate(files=how_many(Rif))
    rif = rows.filter(reference=reference, issuer_id=request.actor.organisation_id, status__in=SHARED).first()
    if rif is None:
        raise Http404
    return rif


@require_GET
def access(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody who can see it, by which rule, and how many people that are."""
    rif = _issued(request, reference)
    looked_at(request, "rif.read", rif)
    context = detail_of(rif, request.actor, timezone.now(), "access") | {
        "xray": xray(rif, timezone.localdate()),
        "may_view_as": not rif.is_private(),
        "copy": Rif.objects.visible_to(request.actor).filter(original=rif).first(),
    }
    return render(request, "rifs/access.html", context)


@require_GET
def view_as(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The RIF as a reader of one addressed organisation has it. Never of what is private; noted as a look."""
    rif = _issued(request, reference)
    readers = {
        reader.organisation.code: reader.organisation for reader in xray(rif, timezone.localdate()).audience.readers
    }
    organisation = readers.get(code)
    if organisation is None or organisation.pk == rif.issuer_id or rif.is_private():
        raise Http404
    looked_at(request, "rif.view_as", rif, organisation=code)
    reader = organisation_itself(organisation, timezone.localdate())
    with behind_wall(reader):
        seen = seen_as(rif, reader)
        context = detail_of(seen, reader, timezone.now(), "overview") if seen else {}
    context |= {"origin": rif, "seen": seen, "organisation": organisation, "is_copy": bool(seen and seen.pk != rif.pk)}
    return render(request, "rifs/view_as.html", context)
