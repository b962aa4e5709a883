"""A notification of the Rapid Alert System for Food and Feed (RASFF) as the content of a RIF.

Nothing here reads or writes the database: a row of the file becomes a `Notification` or is refused at
the field that is wrong. What each column becomes, and why, stands in docs/decisions/0007-rasff.md.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.exchange.importers.names import Directory, Named, UnknownName
from apps.exchange.importers.source import Source
from apps.exchange.importers.words import (
    is_out,
    labelled,
    listed,
    one_line,
    organisations,
    several,
    shortened,
    targeting_of,
    union,
)
from apps.organisations.models import Nature, Organisation, PolicyArea
from apps.reference.report import FieldError
from apps.rifs.models import Tlp, Urgency

COLUMNS = (
    "reference", "category", "type", "subject", "date", "notifying_country", "classification", "risk_decision",
    "distribution", "forAttention", "forFollowUp", "operator", "origin", "hazards",
)  # fmt: skip
#: RASFF writes the time of Brussels, without saying so.
BRUSSELS = ZoneInfo("Europe/Brussels")
FIRST_YEAR = 1979
REFERENCE = re.compile(r"\d{4}\.\d{4,6}")
#: A comma between two digits belongs to the name of a substance, such as 2,4-D.
HAZARD_END = re.compile(r"(?<!\d),|,(?!\d)")
MOST_ROUTE_COUNTRIES = 20

#: The most serious first: where a reference stands twice, the more serious one holds.
CLASSIFICATIONS = {
    "alert notification": "ALERT",
    "border rejection notification": "ALERT",
    "information notification for follow-up": "NEW_TREND",
    "information notification for attention": "NEW_TREND",
}
BORDER_REJECTION = "border rejection notification"
DECISIONS = ("serious", "potentially serious", "potential risk", "undecided", "not serious", "no risk")


@dataclass(frozen=True)
class Notification:
    """What a row says. `lines` are its places in the file; `doubts` what was taken but should be looked at."""

    lines: tuple[int, ...]
    reference: str
    notifier: Named
    moment: datetime
    classification: str
    decision: str
    subject: str
    product: str
    hazards: tuple[str, ...]
    origins: tuple[Named, ...]
    operators: tuple[str, ...]
    follow_up: tuple[Named, ...]
    attention: tuple[Named, ...]
    distribution: tuple[Named, ...]
    doubts: tuple[tuple[str, str], ...] = ()

    def for_action(self) -> list[Organisation]:
        """Whom RASFF asks to follow up, as far as they take part in the portal."""
        return organisations(self.follow_up)

    def for_information(self) -> list[Organisation]:
        """Whom RASFF informs and who got the product, as far as they take part in the portal."""
        return organisations([*self.attention, *self.distribution])

    def outside(self) -> list[str]:
        """Everyone named to be told who does not take part in the portal."""
        named = {n.name for n in (self.notifier, *self.follow_up, *self.attention, *self.distribution) if is_out(n)}
        return sorted(named)


def read(row: dict[str, str], line: int, known: Directory, now: datetime) -> Notification:
    """The notification in a row; raises FieldError at the first field that cannot be taken."""
    doubts: list[tuple[str, str]] = []
    decision = one_line(row["risk_decision"]).lower()
    if decision not in DECISIONS:
        doubts.append(("risk_decision", f"“{decision}” is not a risk decision that is known here"))
    if not (subject := one_line(row["subject"])):
        raise FieldError("subject", "is empty")
    product = one_line(row["category"])
    return Notification(
        lines=(line,),
        reference=_reference(row["reference"]),
        notifier=_found(row["notifying_country"], "notifying_country", known),
        moment=_moment(row["date"], now),
        classification=_classification(row["classification"]),
        decision=decision,
        subject=subject,
        product=f"{product} ({kind})" if (kind := one_line(row["type"])) else product,
        hazards=several(HAZARD_END.split(row["hazards"])),
        origins=_described(row["origin"], "origin", known, doubts),
        operators=tuple(named.name for named in _described(row["operator"], "operator", known, doubts)),
        follow_up=_addressed(row, "forFollowUp", known),
        attention=_addressed(row, "forAttention", known),
        distribution=_addressed(row, "distribution", known),
        doubts=tuple(doubts),
    )


def merge(first: Notification, again: Notification) -> Notification:
    """One notification of two rows with its reference: nobody named in either is left out.

    Raises FieldError when they are not the same notification: then one row's readers must not see the other.
    """
    if (first.notifier, first.moment) != (again.notifier, again.moment):
        raise FieldError(
            "reference", f"{again.reference} stands in line {first.lines[0]} with another notifying country or date"
        )
    return replace(
        first,
        lines=first.lines + again.lines,
        classification=min(first.classification, again.classification, key=list(CLASSIFICATIONS).index),
        decision=min(first.decision, again.decision, key=_seriousness),
        hazards=several([*first.hazards, *again.hazards]),
        origins=union(first.origins, again.origins),
        operators=tuple(sorted({*first.operators, *again.operators})),
        follow_up=union(first.follow_up, again.follow_up),
        attention=union(first.attention, again.attention),
        distribution=union(first.distribution, again.distribution),
        doubts=first.doubts + again.doubts,
    )


def content_of(notification: Notification, issuer: Organisation) -> dict[str, Any]:
    """The content of the RIF of `issuer`, in the shape of the form."""
    action = [o.code for o in notification.for_action() if o.pk != issuer.pk]
    told = [o.code for o in notification.for_information() if o.pk != issuer.pk and o.code not in action]
    countries = [named.code for named in notification.origins if named.code]
    description = shortened(f"{notification.product}: {notification.subject}", 512)
    return {
        "title": shortened(notification.subject, 140),
        "summary": summary_of(notification),
        "language": "en",
        "kind": CLASSIFICATIONS[notification.classification],
        "nature": Nature.SECURITY_SAFETY.value,
        "areas": [str(PolicyArea.ANIMAL_FOOD_PLANT.value)],
        "legal_ground": "47_2",
        "urgency": str(urgency_of(notification).value),
        "tlp": Tlp.GREEN.value,
        "action": action_of(notification, action),
        "for_action": action,
        "for_information": told,
        "goods": [{"description": description, "origin": code} for code in countries or [""]],
        "route": [{"countries": " ".join(countries[:MOST_ROUTE_COUNTRIES])}] if countries else [],
        "modus_operandi": ["OTHER"],
        "targeting": targeting_of(notification.product or notification.subject, countries),
    }


def urgency_of(notification: Notification) -> Urgency:
    """Urgent where the product is on the market, or was turned away and may be tried at another border.

    Never flash: that asks for a contact at any hour, whom the file does not name.
    """
    if notification.classification == "alert notification":
        return Urgency.URGENT
    turned_away = notification.classification == BORDER_REJECTION and notification.decision == DECISIONS[0]
    return Urgency.URGENT if turned_away else Urgency.ROUTINE


def action_of(notification: Notification, asked: list[str]) -> str:
    """What is asked of those named for follow-up; nothing but attention where nobody is."""
    if not asked:
        return "INFORMATION"
    return "CONTROL" if notification.classification == BORDER_REJECTION else "PROFILE"


def summary_of(notification: Notification) -> str:
    """All that the row says, for people and for the search."""
    facts = [
        ("Risk decision", notification.decision),
        ("Hazards", ", ".join(notification.hazards)),
        ("Product", notification.product),
        ("Origin", listed(notification.origins)),
        ("Operators in", ", ".join(notification.operators)),
        ("Notified by", notification.notifier.name),
        ("For follow-up, outside this portal", listed(filter(is_out, notification.follow_up))),
        ("For attention, outside this portal", listed(filter(is_out, notification.attention))),
        ("Distributed to, outside this portal", listed(filter(is_out, notification.distribution))),
    ]
    source = f"RASFF {notification.reference}, {notification.classification} of {notification.moment:%Y-%m-%d %H:%M}"
    return shortened(
        "\n".join([notification.subject, "", *labelled(facts), f"Source: {source} (Brussels time)."]), 10_000
    )


def _reference(raw: str) -> str:
    if REFERENCE.fullmatch(raw):
        return raw
    raise FieldError(
        "reference",
        f"“{raw}” is not a year, a point and at least four digits, such as 2024.0010; "
        "a spreadsheet drops the zeros at the end",
    )


def _moment(raw: str, now: datetime) -> datetime:
    try:
        moment = datetime.strptime(raw, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BRUSSELS)
    except ValueError:
        raise FieldError("date", f"“{raw}” is not a date and time such as 2024-01-02 10:21:09") from None
    if moment.year < FIRST_YEAR or moment > now:
        raise FieldError("date", f"{raw} lies {'in the future' if moment > now else 'before RASFF began'}")
    return moment


def _classification(raw: str) -> str:
    name = one_line(raw).lower()
    if name not in CLASSIFICATIONS:
        raise FieldError("classification", f"“{name}” is none of: {', '.join(CLASSIFICATIONS)}")
    return name


def _addressed(row: dict[str, str], column: str, known: Directory) -> tuple[Named, ...]:
    """Those whom a column names; a name that is not known may be a participant who would be left out."""
    return union(_found(name, column, known) for name in known.split(one_line(row[column])))


def _found(name: str, column: str, known: Directory) -> Named:
    try:
        return known.find(one_line(name))
    except UnknownName as unknown:
        raise FieldError(column, str(unknown)) from None


def _described(raw: str, column: str, known: Directory, doubts: list[tuple[str, str]]) -> tuple[Named, ...]:
    """Those whom a column that addresses nobody names; a name that is not known is kept and doubted."""
    found = []
    for name in known.split(one_line(raw)):
        try:
            found.append(known.find(name))
        except UnknownName as unknown:
            found.append(Named(name))
            doubts.append((column, str(unknown)))
    return union(found)


def _seriousness(decision: str) -> int:
    return DECISIONS.index(decision) if decision in DECISIONS else len(DECISIONS)


SOURCE = Source("RASFF", "reference", COLUMNS, read, merge, content_of)
