"""Reading, writing and checking the content of a form. Nothing here touches the database but reference data.

A path names one value: `title`, or `goods.k3f2.commodity` for the row that carries that key. Rows have
keys, not numbers, so that two people who add and remove rows never write into each other's.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.organisations.models import Kind, Organisation
from apps.reference.validators import Finding, parse_date
from apps.rifs.addressing import refused_in
from apps.rifs.form import FIELDS, GROUPS, STEPS, Field
from apps.search.find import normal

#: More rows than this in one group are a file, not a form.
MOST_ROWS = 200
ALL_MEMBER_STATES = "ALL_MEMBER_STATES"
#: Above 24 months (domain 4.5).
LONG_DAYS = 731
REFUSED_MARKINGS = {"CONFIDENTIAL", "SECRET", "TOP_SECRET"}


class UnknownPath(ValueError):
    """The form has no such field."""


@dataclass(frozen=True)
class Fault:
    """One finding at its place in the form."""

    path: str
    finding: Finding

    @property
    def is_error(self) -> bool:
        """Errors keep a RIF from review; warnings only tell."""
        return self.finding.severity == "error"


def field_at(path: str) -> Field:
    """The field that a path names; raises UnknownPath."""
    parts = path.split(".")
    if len(parts) == 1 and parts[0] in FIELDS:
        return FIELDS[parts[0]]
    if len(parts) == 3 and parts[0] in GROUPS:
        for field in GROUPS[parts[0]].fields:
            if field.name == parts[2]:
                return field
    raise UnknownPath(path)


def value_at(content: dict[str, Any], path: str) -> str:
    """The value at a path as text; several choices are joined by commas."""
    parts = path.split(".")
    if len(parts) == 1:
        value = content.get(path, "")
    else:
        value = next((row.get(parts[2], "") for row in content.get(parts[0], []) if row["key"] == parts[1]), "")
    return ",".join(value) if isinstance(value, list) else str(value)


def write(content: dict[str, Any], path: str, raw: str) -> None:
    """Put a value at a path; raises UnknownPath when the field or the row is not there (any more)."""
    field, value = field_at(path), clean(raw)
    stored: Any = [part for part in value.split(",") if part] if field.kind == "several" else value
    parts = path.split(".")
    if len(parts) == 1:
        content[path] = stored
        return
    row = next((row for row in content.get(parts[0], []) if row["key"] == parts[1]), None)
    if row is None:
        raise UnknownPath(path)
    row[parts[2]] = stored


_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(raw: str) -> str:
    """Text without control characters and without marks that turn the direction of reading."""
    return _UNSEEN.sub("", raw.replace("\r\n", "\n")).strip()


def add_row(content: dict[str, Any], group: str, values: dict[str, str] | None = None) -> str:
    """Add a row to a group and return its key; raises UnknownPath for an unknown group or a full one."""
    if group not in GROUPS or len(content.get(group, [])) >= MOST_ROWS:
        raise UnknownPath(group)
    key = secrets.token_hex(4)
    content.setdefault(group, []).append({"key": key})
    for name, value in (values or {}).items():
        write(content, f"{group}.{key}.{name}", value)
    return key


def remove_row(content: dict[str, Any], group: str, key: str) -> None:
    """Take a row out of a group."""
    content[group] = [row for row in content.get(group, []) if row["key"] != key]


def filled_rows(content: dict[str, Any], group: str) -> list[dict[str, Any]]:
    """The rows of a group in which something was typed."""
    return [row for row in content.get(group, []) if any(value for name, value in row.items() if name != "key")]


def values(content: dict[str, Any]) -> Iterator[tuple[str, Field, str]]:
    """Every value of the form with its path and field, empty ones too."""
    for name, field in FIELDS.items():
        yield name, field, value_at(content, name)
    for name, group in GROUPS.items():
        for row in filled_rows(content, name):
            for field in group.fields:
                yield f"{name}.{row['key']}.{field.name}", field, str(row.get(field.name, ""))


def findings(content: dict[str, Any], on: date) -> list[Fault]:
    """Everything that is wrong or doubtful in the form on the day `on`, in the order of the form."""
    faults = [Fault(path, f) for path, field, value in values(content) for f in check_value(field, value, on)]
    faults += [Fault(path, finding) for path, finding in _together(content)]
    faults += [Fault(path, Finding("error", reason, "addressee")) for path, reason in refused_in(content, on)]
    order = [step.name for step in STEPS]
    from apps.rifs.form import step_of

    return sorted(faults, key=lambda fault: order.index(step_of(fault.path).name))


def check_value(field: Field, value: str, on: date) -> list[Finding]:
    """What is wrong with one value."""
    if not value:
        return [Finding("error", _("Enter an answer."), "required")] if field.required else []
    if field.longest and len(value) > field.longest:
        text = _("At most %(most)d characters; this has %(length)d.") % {"most": field.longest, "length": len(value)}
        return [Finding("error", text, "length")]
    if field.choices is not None:
        known = {code for code, _label in field.choices()} | {ALL_MEMBER_STATES}
        unknown = [part for part in (value.split(",") if field.kind == "several" else [value]) if part not in known]
        return [Finding("error", _("%(value)s is not on the list.") % {"value": v}, "choice") for v in unknown]
    return list(field.check(value, on)) if field.check else []


def _together(content: dict[str, Any]) -> Iterator[tuple[str, Finding]]:
    """The rules that look at more than one field (domain 4.5)."""
    if not any(filled_rows(content, group) for group in ("goods", "operators", "route", "transport")):
        yield (
            "goods",
            Finding("error", _("Name at least one goods item, operator, means of transport or route."), "none"),
        )
    yield from _targeting(content)
    if content.get("legal_ground") == "46_5_A" and not filled_rows(content, "results"):
        text = _("A risk confirmed by a control needs the result of that control.")
        yield "results", Finding("error", text, "results")
    if not (content.get("for_action") or content.get("for_information")):
        yield "for_action", Finding("error", _("Choose at least one addressee."), "audience")
    if str(content.get("urgency")) == "1" and not content.get("contact"):
        yield "contact", Finding("error", _("A flash RIF needs a contact who can be reached at any hour."), "contact")
    if content.get("tlp") == "CLEAR" and any(row.get("name") for row in content.get("operators", [])):
        yield "tlp", Finding("error", _("What names operators cannot be TLP:CLEAR."), "clear")
    yield from _handling(content)
    yield from _figures(content)


def _targeting(content: dict[str, Any]) -> Iterator[tuple[str, Finding]]:
    """Targeting elements are what others can search for; free text needs a reason (domain 4.1)."""
    rows = filled_rows(content, "targeting")
    if not rows:
        asks = content.get("kind") in {"REQUEST", "PCA_MESSAGE", "CRISIS_MESSAGE"}
        text = _("Without a targeting element nobody can search for this.")
        yield "targeting", Finding("warn" if asks else "error", text, "targeting")
    for row in rows:
        if row.get("operator") == "text" and not row.get("reason"):
            text = _("Say why this cannot be put as a condition that a system can search for.")
            yield f"targeting.{row['key']}.reason", Finding("error", text, "free-text")


def _handling(content: dict[str, Any]) -> Iterator[tuple[str, Finding]]:
    """Markings, named recipients, the redacted copy and the note of a new version (domain 4.4)."""
    marking = content.get("eu_marking")
    if marking in REFUSED_MARKINGS or (marking == "RESTRICTED" and not settings.ACCREDITED_FOR_RESTRICTED):
        text = _("This portal is not accredited for information with this marking. Do not enter it here.")
        yield "eu_marking", Finding("error", text, "marking")
    if content.get("tlp") == "RED" and not content.get("named"):
        yield "named", Finding("error", _("TLP:RED needs the persons who may read it."), "named")
    if content.get("nature") == "BOTH" and associated_in(content):
        for name in ("shared_title", "shared_summary"):
            if not content.get(name):
                text = _("Switzerland and Norway receive a redacted copy: write this for them.")
                yield name, Finding("error", text, "redacted")
    if content.get("change_material") and not content.get("change_note"):
        yield "change_note", Finding("error", _("Say what is new; everybody will read it."), "note")


def associated_in(content: dict[str, Any]) -> list[str]:
    """The addressees that are third countries under an agreement."""
    codes = [*content.get("for_action", []), *content.get("for_information", [])]
    rows = Organisation.objects.filter(kind=Kind.ASSOCIATED, code__in=codes)
    return list(rows.order_by("code").values_list("code", flat=True))


def _figures(content: dict[str, Any]) -> Iterator[tuple[str, Finding]]:
    """Dates and masses that contradict each other."""
    start, end = parse_date(content.get("valid_from", "")), parse_date(content.get("valid_to", ""))
    if start and end and end < start:
        yield "valid_to", Finding("error", _("The end lies before the start."), "period")
    if start and end and (end - start).days > LONG_DAYS and not content.get("long_validity"):
        yield "long_validity", Finding("error", _("It holds for more than 24 months: say why."), "long")
    for row in content.get("goods", []):
        net, gross = _mass(row.get("net_mass", "")), _mass(row.get("gross_mass", ""))
        if net is not None and gross is not None and net > gross:
            path = f"goods.{row['key']}.net_mass"
            yield path, Finding("error", _("The net mass is greater than the gross mass."), "mass")


def _mass(value: str) -> float | None:
    try:
        return float(value.replace(" ", "").replace(",", "."))
    except ValueError:
        return None


def words_in(content: dict[str, Any]) -> str:
    """All text of the form, for the search."""
    texts = [value for _path, field, value in values(content) if field.kind in {"line", "text"} and value]
    return "\n".join(texts)


def identifiers_in(content: dict[str, Any]) -> list[str]:
    """The exact identifiers of the form, in the shape in which they are compared."""
    return [normal(value) for _path, field, value in values(content) if field.identifies and value]
