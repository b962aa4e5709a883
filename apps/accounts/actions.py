"""Managing people and keys. A local user administrator manages the own organisation only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.actors import SCOPES
from apps.accounts.matrix import Permission, roles_for
from apps.accounts.models import ApiKey, Membership, User
from apps.audit.record import record
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation

LONGEST_KEY = timedelta(days=400)


def admit(
    *,
    by: Actor,
    at: datetime,
    email: str,
    name: str,
    roles: list[str],
    valid_from: date,
    valid_to: date | None = None,
    mandates: list[int] | None = None,
) -> Membership:
    """Give a person a membership in the administrator's own organisation; makes the person if new."""
    _may(by, Permission.PEOPLE_MANAGE)
    organisation = Organisation.objects.get(pk=by.organisation_id)
    email = email.strip().lower()
    _check_person(organisation, email, roles, valid_from, valid_to, mandates or [])
    taken = Refusal(_("This person is a member already; end that membership first."), Kind.RULE, "email")
    try:
        with behind_wall(by):
            user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
            overlap = Q(valid_to=None) | Q(valid_to__gte=valid_from)
            if user.memberships.filter(overlap, organisation=organisation).exists():
                raise Refused(taken)
            membership = Membership.objects.create(
                user=user,
                organisation=organisation,
                roles=roles,
                mandates=mandates or [],
                valid_from=valid_from,
                valid_to=valid_to,
                approved_by=by.name,
            )
            data = {"roles": roles, "from": valid_from.isoformat(), "to": valid_to.isoformat() if valid_to else None}
            record("membership.admit", membership, by=by, at=at, data=data)
    except IntegrityError as error:  # another administrator was a moment faster
        raise Refused(taken) from error
    return membership


def _check_person(
    organisation: Organisation,
    email: str,
    roles: list[str],
    valid_from: date,
    valid_to: date | None,
    mandates: list[int],
) -> None:
    refusals = []
    domain = email.rpartition("@")[2]
    if organisation.email_domains and domain not in organisation.email_domains:
        allowed = ", ".join(organisation.email_domains)
        text = _("%(domain)s is not a mail domain of %(name)s; allowed: %(allowed)s.")
        names = {"domain": domain, "name": organisation.name, "allowed": allowed}
        refusals.append(Refusal(text % names, Kind.RULE, "email"))
    known = {code for code, _title in roles_for(organisation.kind)}
    if not roles or set(roles) - known:
        refusals.append(Refusal(_("Choose roles that this organisation may give."), Kind.RULE, "roles"))
    if valid_to and valid_to < valid_from:
        refusals.append(Refusal(_("The end lies before the start."), Kind.RULE, "valid_to"))
    if organisation.policy_areas and set(mandates) - set(organisation.policy_areas):
        refusals.append(Refusal(_("A mandate cannot be wider than the organisation's."), Kind.RULE, "mandates"))
    if refusals:
        raise Refused(*refusals)


def end(membership: Membership, *, by: Actor, at: datetime, on: date) -> Membership:
    """Let a membership of the own organisation end on a day; it opens nothing after that day."""
    _may(by, Permission.PEOPLE_MANAGE)
    if membership.organisation_id != by.organisation_id:
        raise Refused(Refusal(_("Only people of your own organisation."), Kind.PERMISSION))
    if membership.user_id == by.user_id:
        raise Refused(Refusal(_("Nobody ends their own membership; ask another administrator."), Kind.RULE))
    if on < membership.valid_from:
        raise Refused(Refusal(_("The end lies before the start."), Kind.RULE, "on"))
    with behind_wall(by):
        membership.valid_to = on
        membership.save(update_fields=["valid_to"])
        record("membership.end", membership, by=by, at=at, data={"on": on.isoformat()})
    return membership


@dataclass(frozen=True)
class NewKey:
    """A key as it is shown, once."""

    key: ApiKey
    secret: str


def make_key(*, by: Actor, at: datetime, name: str, scopes: list[str], expires_at: datetime) -> NewKey:
    """Make a key for a system of the own organisation; its secret is in the answer and nowhere else."""
    _may(by, Permission.KEYS_MANAGE)
    if not scopes or set(scopes) - set(SCOPES):
        raise Refused(Refusal(_("Choose what the key may do."), Kind.RULE, "scopes"))
    if not at < expires_at <= at + LONGEST_KEY:
        raise Refused(Refusal(_("A key lasts for at most 400 days."), Kind.RULE, "expires_at"))
    prefix, secret = ApiKey.new_secret()
    with behind_wall(by):
        key = ApiKey.objects.create(
            organisation_id=by.organisation_id,
            name=name,
            prefix=prefix,
            digest=ApiKey.digest_of(secret),
            scopes=scopes,
            created_at=at,
            created_by=by.name,
            expires_at=expires_at,
        )
        record("api_key.make", key, by=by, at=at, data={"scopes": scopes, "expires": expires_at.isoformat()})
    return NewKey(key, f"vdt_{prefix}_{secret}")


def withdraw_key(key: ApiKey, *, by: Actor, at: datetime) -> ApiKey:
    """End a key of the own organisation at once."""
    _may(by, Permission.KEYS_MANAGE)
    if key.organisation_id != by.organisation_id:
        raise Refused(Refusal(_("Only keys of your own organisation."), Kind.PERMISSION))
    if key.withdrawn_at:
        raise Refused(Refusal(_("This key was withdrawn already."), Kind.STATE))
    with behind_wall(by):
        key.withdrawn_at = at
        key.save(update_fields=["withdrawn_at"])
        record("api_key.withdraw", key, by=by, at=at, data={})
    return key


def prefer(user: User, *, mail_rhythm: str, single_keys: bool) -> User:
    """Note how a person wants to be told and whether single keys act; an unknown rhythm changes nothing."""
    if mail_rhythm in User.MailRhythm.values:
        user.mail_rhythm = mail_rhythm
    user.single_keys = single_keys
    user.save(update_fields=["mail_rhythm", "single_keys"])
    return user


def _may(by: Actor, permission: Permission) -> None:
    if not by.can(permission):
        raise Refused(Refusal(_("Your role does not include this."), Kind.PERMISSION))
