"""Who acts: a person in one organisation, a national system with a key, or the portal itself."""

from dataclasses import dataclass, field

#: Audience members that are no organisation. Every subject is readable by the portal's own
#: tasks; every subject that is no longer private is readable by overseers (auditors).
SYSTEM_READER = -1
OVERSIGHT_READER = -2


def reader_of(person: int) -> int:
    """The audience member that stands for one person, for subjects that name their readers."""
    return -1_000 - person


@dataclass(frozen=True)
class Actor:
    """One person (or machine) acting for one organisation with the permissions of that membership.

    `audiences` are the numbers that open a subject for this actor: the acting organisation and,
    for overseers, the reserved reader. It is empty for whoever may read nothing today.
    """

    user_id: int | None
    name: str
    organisation_id: int  # 0 for whoever acts for none
    organisation_code: str
    organisation_name: str
    audiences: frozenset[int]
    permissions: frozenset[str]
    role_title: str = ""
    timezone: str = "Europe/Brussels"
    areas: frozenset[int] = field(default_factory=frozenset)

    def can(self, permission: str) -> bool:
        """Whether the role gives this permission; relations to an object are guards of its action."""
        return permission in self.permissions


def system_actor(*permissions: str) -> Actor:
    """The portal itself, for scheduled work, with only the permissions that the work names."""
    return Actor(
        user_id=None,
        name="Vedette",
        organisation_id=0,
        organisation_code="",
        organisation_name="Vedette",
        audiences=frozenset({SYSTEM_READER}),
        permissions=frozenset(permissions),
    )
