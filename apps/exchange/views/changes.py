"""The feed of changes, for national systems that follow what they may read."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.audit.middleware import looked_at
from apps.exchange.feed import Change, Place, changes, head
from apps.exchange.rif_schema import schema_of_rif
from apps.exchange.sealing import Unsealed
from apps.exchange.views.api import PROBLEMS, caller
from apps.rifs.models import Rif

MOST = 1_000
SCHEMA_KIND = "application/schema+json"


class ChangeSerializer(serializers.Serializer[Change]):
    """One change of a RIF. `rif.withdrawn` says that it is no longer open to you, and nothing more."""

    cursor = serializers.CharField(help_text="Names this change; the same in every answer.")
    kind = serializers.CharField(help_text="Such as rif.publish, rif.close, rif.withdrawn.")
    reference = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    rif = serializers.CharField(allow_null=True, help_text="The address of the RIF as it stands now.")


class ChangesSerializer(serializers.Serializer[Any]):
    """A page of changes."""

    changes = ChangeSerializer(many=True)
    next = serializers.CharField(help_text="Send it as `after` with the next call.")
    more = serializers.BooleanField(help_text="Whether there may be more at once; a page may then even be empty.")


class RifSchema(APIView):
    """The form of a RIF as a JSON Schema."""

    @extend_schema(operation_id="rif_schema", responses={(200, SCHEMA_KIND): OpenApiTypes.OBJECT, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """The fields of `content` with their code lists as they stand today (JSON Schema 2020-12)."""
        if not caller(request).can(Rif.read):
            raise Http404
        identity = settings.PUBLIC_ADDRESS.rstrip("/") + request.path
        return Response(schema_of_rif(identity), content_type=SCHEMA_KIND)


class Feed(APIView):
    """What happened to the RIFs that the caller's organisation may read."""

    @extend_schema(
        operation_id="list_changes",
        parameters=[
            OpenApiParameter("after", OpenApiTypes.STR, description="`next` of the call before; without it, from the"
                             " beginning."),
            OpenApiParameter("limit", OpenApiTypes.INT, description=f"At most so many, 1 to {MOST}; 100 unless told."),
        ],
        responses={200: ChangesSerializer, **PROBLEMS},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Each change once, in the order of the log. The same `after` gives the same changes again, and newer ones."""
        actor = caller(request)
        found = changes(actor, _after(request, actor.organisation_id), _limit(request))
        if found.entries:
            looked_at(request._request, "rif.changes", None, count=len(found.entries))  # type: ignore[arg-type]
        following = found.next.seal(actor.organisation_id)
        body = {
            "changes": [entry_of(change, actor.organisation_id) for change in found.entries],
            "next": following,
            "more": found.more,
        }
        query = urlencode({**request.query_params.dict(), "after": following})
        return Response(body, headers={"Link": f'<{request.path}?{query}>; rel="next"'})


def entry_of(change: Change, organisation_id: int) -> dict[str, Any]:
    """An entry as the organisation is told it."""
    here = reverse("exchange:rif", args=[change.reference]) if change.is_readable else None
    return {
        "cursor": change.place.seal(organisation_id),
        "kind": change.kind,
        "reference": change.reference,
        "at": change.at.isoformat() if change.at else None,
        "rif": here,
    }


def _after(request: Request, organisation_id: int) -> Place:
    cursor = request.query_params.get("after", "")
    try:
        place = Place.unseal(cursor, organisation_id) if cursor else Place()
    except Unsealed as error:
        raise exceptions.ValidationError({"after": [_("This is no cursor of your organisation.")]}) from error
    if place > head():
        newer = _("This cursor is newer than the portal, which was restored from a backup. Begin anew, without it.")
        raise exceptions.ValidationError({"after": [newer]})
    return place


def _limit(request: Request) -> int:
    wanted = request.query_params.get("limit", "100")
    if not (wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= MOST):
        raise exceptions.ValidationError({"limit": [_("Give a number from 1 to %(most)d.") % {"most": MOST}]})
    return int(wanted)
