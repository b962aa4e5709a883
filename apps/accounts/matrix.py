"""Roles and what they may do: one table, reviewed like code (domain reference, section 3.5).

The page docs/permissions.md is generated from it and compared by a test. Relations to an object
(issuer, addressee, second person) are not here: they are guards of the action.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.organisations.models import Kind


class Permission(StrEnum):
    """One thing that a role may do."""

    RIF_READ = "rif.read"
    RIF_DRAFT = "rif.draft"
    RIF_PUBLISH = "rif.publish"
    RIF_ACKNOWLEDGE = "rif.acknowledge"
    RIF_END = "rif.end"
    RIF_OVERSEE = "rif.oversee"
    RIF_EXPIRE = "rif.expire"
    RIF_TRANSCRIBE = "rif.transcribe"
    INQUIRY_READ = "inquiry.read"
    INQUIRY_WRITE = "inquiry.write"
    PEOPLE_MANAGE = "people.manage"
    KEYS_MANAGE = "keys.manage"
    ACCESS_LOG_READ = "access_log.read"


MEANING: dict[Permission, str | Promise] = {
    Permission.RIF_READ: _("Read risk information addressed to, or issued by, the own organisation"),
    Permission.RIF_DRAFT: _("Draft a RIF and submit it to national review"),
    Permission.RIF_PUBLISH: _("Review and publish a RIF drafted by somebody else, or send it back"),
    Permission.RIF_ACKNOWLEDGE: _("Acknowledge a RIF for the own organisation"),
    Permission.RIF_END: _("Close or cancel a RIF of the own organisation"),
    Permission.RIF_OVERSEE: _("Read every RIF that is or was published"),
    Permission.RIF_EXPIRE: _("Note that the validity of a RIF has ended; the portal does it by itself"),
    Permission.RIF_TRANSCRIBE: _("Bring alerts of another network into the portal as RIFs"),
    Permission.INQUIRY_READ: _("Read requests and messages to, or of, the own organisation"),
    Permission.INQUIRY_WRITE: _("Ask other organisations, and answer for the own one"),
    Permission.PEOPLE_MANAGE: _("Manage the people of the own organisation"),
    Permission.KEYS_MANAGE: _("Make and withdraw keys of the own organisation's systems"),
    Permission.ACCESS_LOG_READ: _("Read the access log of the own organisation's people"),
}

P = Permission
_READ = frozenset({P.RIF_READ})
_ASKS = frozenset({P.INQUIRY_READ, P.INQUIRY_WRITE})
_OFFICER = _READ | _ASKS | {P.RIF_DRAFT}
_ANALYST = _OFFICER | {P.RIF_PUBLISH, P.RIF_ACKNOWLEDGE}
_COORDINATOR = _ANALYST | {P.RIF_END, P.RIF_EXPIRE}
_NATIONAL = (Kind.MEMBER_STATE, Kind.ASSOCIATED)
_MEMBER_STATE = (Kind.MEMBER_STATE,)
_COMMISSION = (Kind.COMMISSION,)
_OPERATOR = (Kind.OPERATOR,)


@dataclass(frozen=True)
class Role:
    """A role: its title, the kinds of organisation that may give it, and its permissions."""

    title: str | Promise
    kinds: tuple[Kind, ...]
    permissions: frozenset[Permission]


ROLES: dict[str, Role] = {
    "OFFICER": Role(_("Customs officer"), _NATIONAL, _OFFICER),
    "ANALYST": Role(_("National risk analyst"), _NATIONAL, _ANALYST),
    "COORDINATOR": Role(_("National RIF coordinator"), _NATIONAL, _COORDINATOR),
    "FRC_EXPERT": Role(_("Financial risk criteria expert"), _MEMBER_STATE, _READ),
    "PCA_COORDINATOR": Role(_("Priority control area coordinator"), _NATIONAL, _READ),
    "CRISIS_CONTACT": Role(_("Crisis contact point"), _NATIONAL, _READ | _ASKS | {P.RIF_ACKNOWLEDGE}),
    "AEO_HANDLER": Role(_("AEO case handler"), _MEMBER_STATE, frozenset()),
    "AEO_AUDITOR": Role(_("AEO auditor"), _MEMBER_STATE, frozenset()),
    "AEO_DECIDER": Role(_("AEO decision maker"), _MEMBER_STATE, frozenset()),
    "AEO_CONSULTED": Role(_("AEO consultation handler"), _MEMBER_STATE, frozenset()),
    "SURVEY_COORDINATOR": Role(_("National survey coordinator"), _MEMBER_STATE, frozenset()),
    "SURVEY_CONTRIBUTOR": Role(_("Survey contributor"), (Kind.MEMBER_STATE, Kind.PARTNER_AUTHORITY), frozenset()),
    "RISK_POLICY": Role(_("Risk policy officer"), _COMMISSION, _COORDINATOR | {P.RIF_TRANSCRIBE}),
    "SURVEY_MANAGER": Role(_("Survey manager"), _COMMISSION, frozenset()),
    "INDICATOR_ANALYST": Role(_("Indicator analyst"), _COMMISSION, frozenset()),
    "AEO_POLICY": Role(_("AEO policy officer"), _COMMISSION, frozenset()),
    "AGENCY_OFFICER": Role(
        _("Agency officer"), (Kind.AGENCY, Kind.PARTNER_AUTHORITY), _READ | _ASKS | {P.RIF_ACKNOWLEDGE}
    ),
    "TRADER_ADMIN": Role(_("Trader administrator"), _OPERATOR, frozenset({P.PEOPLE_MANAGE})),
    "TRADER_STAFF": Role(_("Trader staff"), _OPERATOR, frozenset()),
    "REPRESENTATIVE": Role(_("Representative"), _OPERATOR, frozenset()),
    "USER_ADMIN": Role(
        _("Local user administrator"), tuple(Kind), frozenset({P.PEOPLE_MANAGE, P.KEYS_MANAGE, P.ACCESS_LOG_READ})
    ),
    "AUDITOR": Role(_("Auditor"), _COMMISSION, _READ | {P.RIF_OVERSEE}),
    "DPO": Role(_("Data protection officer"), tuple(Kind), frozenset({P.ACCESS_LOG_READ})),
}


def permissions_of(roles: list[str]) -> frozenset[str]:
    """What a membership with these roles may do; an unknown role gives nothing."""
    return frozenset(str(p) for role in roles if role in ROLES for p in ROLES[role].permissions)


def roles_for(kind: str) -> list[tuple[str, str | Promise]]:
    """The roles that an organisation of this kind may give, with their titles."""
    return [(code, role.title) for code, role in ROLES.items() if kind in role.kinds]
