"""From a person or a key to the actor: which organisation, which permissions, what may be read today."""

import hmac
from datetime import date

from django.conf import settings
from django.utils import timezone

from apps.accounts.matrix import ROLES, Permission, permissions_of
from apps.accounts.models import ApiKey, Membership, User
from apps.kernel.actor import OVERSIGHT_READER, Actor, reader_of
from apps.organisations.models import Organisation
from apps.organisations.rules import may_take_part

#: What a key of each scope may do; a key never signs in and manages nobody.
SCOPES: dict[str, frozenset[str]] = {
    "rif:read": frozenset({Permission.RIF_READ}),
    "rif:acknowledge": frozenset({Permission.RIF_READ, Permission.RIF_ACKNOWLEDGE}),
    "rif:draft": frozenset({Permission.RIF_READ, Permission.RIF_DRAFT}),
    "inquiry:read": frozenset({Permission.INQUIRY_READ}),
    "inquiry:answer": frozenset({Permission.INQUIRY_READ, Permission.INQUIRY_WRITE}),
}


def memberships_of(user: User, on: date) -> list[Membership]:
    """The memberships of a person that count on that day, with their organisations."""
    rows = Membership.objects.in_force(on).filter(user=user).select_related("organisation")
    return list(rows.order_by("organisation__code", "pk"))


def lacks_second_factor(user: User, memberships: list[Membership]) -> bool:
    """Whether this person is an official who has not set up a second factor. A demonstration asks for none."""
    if settings.DEMONSTRATION or not any(membership.organisation.is_official for membership in memberships):
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(user)


def person(user: User, membership: Membership, on: date) -> Actor:
    """The person, acting for the organisation of this membership."""
    permissions = permissions_of(membership.roles)
    titles = [str(ROLES[role].title) for role in membership.roles if role in ROLES]
    return _actor(
        membership.organisation, permissions, on, user_id=user.pk, name=user.name, role_title=", ".join(titles),
        areas=frozenset(membership.mandates),
    )  # fmt: skip


def system(key: ApiKey, on: date) -> Actor:
    """The national system that holds this key."""
    granted = frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in key.scopes))
    return _actor(key.organisation, granted, on, user_id=None, name=f"API · {key.name}", role_title="API")


def organisation_itself(organisation: Organisation, on: date) -> Actor:
    """The organisation's systems as such, reading what it may read on that day."""
    return _actor(organisation, SCOPES["rif:read"], on, user_id=None, name=organisation.name, role_title="API")


def _actor(
    organisation: Organisation,
    permissions: frozenset[str],
    on: date,
    *,
    user_id: int | None,
    name: str,
    role_title: str,
    areas: frozenset[int] = frozenset(),
) -> Actor:
    audiences: frozenset[int] = frozenset()
    if may_take_part(organisation, on):
        audiences = frozenset({organisation.pk} | ({reader_of(user_id)} if user_id else set()))
        if Permission.RIF_OVERSEE in permissions:
            audiences |= {OVERSIGHT_READER}
    return Actor(
        user_id=user_id,
        name=name,
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        audiences=audiences,
        permissions=permissions,
        role_title=role_title,
        timezone=organisation.timezone,
        areas=areas,
    )


def key_of(header: str) -> ApiKey | None:
    """The key that an Authorization header carries (`Bearer vdt_…`), if it holds now."""
    scheme, _space, sent = header.partition(" ")
    parts = sent.strip().split("_", 2)
    if scheme.lower() != "bearer" or len(parts) != 3 or parts[0] != "vdt":
        return None
    rows = ApiKey.objects.filter(prefix=parts[1], withdrawn_at=None, expires_at__gt=timezone.now())
    key = rows.select_related("organisation").first()
    if key is None or not hmac.compare_digest(key.digest, ApiKey.digest_of(parts[2])):
        return None
    if key.last_used_on != timezone.localdate():
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=timezone.localdate())
    return key
