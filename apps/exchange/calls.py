"""What a national system may send along with a call: the version that it has read, and a key against doubling."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request

from apps.exchange.actions import once
from apps.kernel.actor import Actor
from apps.rifs.models import Rif

ONCE = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Of your choice, up to 200 printable characters. The same call sent again under the same key"
    " within a day is answered with the RIF as it stands, and is not carried out again.",
)
ONCE_ASKED = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Of your choice, up to 200 printable characters. The same call sent again under the same key"
    " within a day is answered with the request as it stands, and is not carried out again.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of the RIF as it was read. Where it has changed since, nothing is done (412).",
)
ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The version of the RIF: it changes with its form, its status and its end, not with the ledger.",
)


class Stale(exceptions.APIException):
    """The RIF is no longer what the caller has read."""

    status_code = 412
    default_detail = gettext_lazy("This RIF has changed since you read it. Read it again.")


def version_of(rif: Rif) -> str:
    """The entity tag of a RIF. Others' acknowledgements leave it as it is, so that they disturb nobody."""
    told = json.dumps([rif.reference, rif.status, rif.content, rif.ending], sort_keys=True)
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def must_match(request: Request, rif: Rif) -> None:
    """Raise `Stale` unless the RIF still is the version that the call names; it stays so until the call ends."""
    wanted = request.headers.get("If-Match", "").strip()
    if wanted in {"", "*"}:
        return
    rows = Rif.objects.visible_to(cast(Actor, request.user)).filter(pk=rif.pk)
    now = rows.select_for_update(of=("self",)).first()
    if now is None or version_of(now) not in {tag.strip() for tag in wanted.split(",")}:
        raise Stale


def carry_out(request: Request, do: Callable[[], str]) -> str:
    """The reference of what the call wrote, now or when it was first sent under its idempotency key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return do()
    if not re.fullmatch(r"[!-~]{1,200}", key):
        raise exceptions.ValidationError({"Idempotency-Key": [_("Use 1 to 200 printable characters without spaces.")]})
    actor = cast(Actor, request.user)
    caller = f"key-{request.auth.pk}" if request.auth else f"user-{actor.user_id}-{actor.organisation_id}"
    reference, _new = once(do, caller=caller, key=key, digest=_digest(request), at=timezone.now())
    return reference


def _digest(request: Request) -> str:
    """What the call says, whatever the order of its fields."""
    said: list[Any] = [request.method, request.path, request.data]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
