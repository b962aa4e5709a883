"""How useful a draft will be to whoever must act on it: named checks, each with a field and a fix.

A weak draft can be published all the same: nothing here refuses, the errors of `content` do.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.rifs.content import Fault, UnknownPath, field_at, filled_rows, findings
from apps.rifs.form import GROUPS, Label, step_of
from apps.rifs.models import Rif

Content = Mapping[str, Any]
#: Where to mend it: a path of the form; None where there is nothing to mend.
Weakness = str | None
FREE_TEXT = "18 05"
HIDING = frozenset({"COVER_LOAD", "CONCEALMENT", "MISDESCRIPTION", "MISCLASSIFICATION", "COUNTERFEIT"})
SHORTEST_SUMMARY = 120
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Check:
    """One point of quality: what it weighs, where it is weak, how to mend that, and whether it is asked at all."""

    name: str
    weight: int
    weakness: Callable[[Content], Weakness]
    fix: Label
    asked: Callable[[Content], bool] = lambda _content: True


@dataclass(frozen=True)
class Advice:
    """What would make the draft better: at which field, and how."""

    name: str
    label: str | Promise
    fix: Label
    address: str


@dataclass(frozen=True)
class Quality:
    """The share that is reached, of a hundred, and what is missing, the weightiest first."""

    share: int
    advice: list[Advice]


def _executable(content: Content) -> Weakness:
    """Every targeting element can be put into a profile as it is written; one without a value cannot."""
    rows = _rows(content, "targeting")
    for row in rows:
        for name in ("element", "operator", "value"):
            if not row.get(name):
                return _at("targeting", row, name)
        if len(_NUMBER.findall(row["value"])) < {"between": 2, "below": 1}.get(row["operator"], 0):
            return _at("targeting", row, "value")
    return None if rows else "targeting"


def _structured(content: Content) -> Weakness:
    """Words alone find too much and too little."""
    rows = _rows(content, "targeting")
    if any(row.get("element") and row["element"] != FREE_TEXT for row in rows):
        return None
    return _at("targeting", rows[0], "element") if rows else "targeting"


def _nomenclature(content: Content) -> Weakness:
    """Goods have the eight digits of the Combined Nomenclature."""
    rows = _rows(content, "goods")
    for row in rows:
        if len(re.sub(r"\D", "", str(row.get("commodity", "")))) < 8:
            return _at("goods", row, "commodity")
    return None if rows else "goods"


def _pair(content: Content) -> Weakness:
    """What was found and as what it was declared."""
    rows = _rows(content, "goods")
    if any(row.get("description") and row.get("declared_as") for row in rows):
        return None
    return _at("goods", rows[0], "declared_as") if rows else "goods"


def _hides(content: Content) -> bool:
    methods = set(content.get("modus_operandi", []))
    return not methods or bool(methods & HIDING)


def _origin(content: Content) -> Weakness:
    rows = _rows(content, "goods")
    bare = [row for row in rows if not (row.get("origin") or row.get("dispatch"))]
    return _at("goods", bare[0], "origin") if bare else None if rows else "goods"


def _operator(content: Content) -> Weakness:
    """Operators are named by a number under which a declaration can be found."""
    rows = _rows(content, "operators")
    bare = [row for row in rows if not (row.get("identification") or row.get("vat"))]
    return _at("operators", bare[0], "identification") if len(bare) == len(rows) and bare else None


def _route(content: Content) -> Weakness:
    """A route says from where to where, or where it enters."""
    rows = _rows(content, "route")
    for row in rows:
        if row.get("first_entry") or (row.get("loading") and row.get("unloading")):
            return None
        if len(str(row.get("countries", "")).split()) > 1:
            return None
    return _at("route", rows[0], "unloading") if rows else "route"


def _method(content: Content) -> Weakness:
    return None if set(content.get("modus_operandi", [])) - {"OTHER"} else "modus_operandi"


def _validity(content: Content) -> Weakness:
    return next((name for name in ("valid_from", "valid_to") if not content.get(name)), None)


def _summary(content: Content) -> Weakness:
    return None if len(str(content.get("summary", "")).strip()) >= SHORTEST_SUMMARY else "summary"


def _filled(name: str) -> Callable[[Content], Weakness]:
    return lambda content: None if content.get(name) else name


def _asks(content: Content) -> bool:
    return content.get("action") not in {None, "", "INFORMATION"}


CHECKS = (
    Check("targeting.executable", 20, _executable,
          _("Give element, condition and value, so that it can be put into a profile as it stands.")),
    Check("goods.nomenclature", 15, _nomenclature, _("Give the eight digits of the Combined Nomenclature.")),
    Check("targeting.structured", 10, _structured,
          _("Add an element other than the description: a code, an operator, an office, an amount.")),
    Check("goods.pair", 10, _pair, _("Say what was found and as what it was declared."), _hides),
    Check("route", 10, _route, _("Say from where to where, or the office of first entry.")),
    Check("modus_operandi", 10, _method, _("Choose the modus operandi: it makes RIFs comparable.")),
    Check("contact", 10, _filled("contact"), _("Name a desk that answers questions.")),
    Check("validity", 10, _validity, _("Set from when until when it holds, so that profiles end in time.")),
    Check("goods.origin", 5, _origin, _("Give the country of origin or of dispatch.")),
    Check("operators.identified", 10, _operator, _("Give the EORI or VAT number, so that declarations can be found."),
          lambda content: bool(_rows(content, "operators"))),
    Check("summary", 5, _summary, _("Say what was seen, why it matters and how the next one can be found.")),
    Check("feedback_by", 5, _filled("feedback_by"), _("Say until when feedback is wanted."), _asks),
)  # fmt: skip
DOUBTS = 5


def quality_of(rif: Rif, on: date) -> Quality:
    """The quality of a draft as it stands on the day `on`."""
    content = rif.content
    asked = [check for check in CHECKS if check.asked(content)]
    weak = [(check, path) for check in asked if (path := check.weakness(content))]
    advice = [_advice(rif, check.name, path, check.fix) for check, path in sorted(weak, key=lambda w: -w[0].weight)]
    doubts = [fault for fault in findings(content, on) if _is_doubt(fault)]
    advice += [_advice(rif, f"doubt.{fault.path}", fault.path, fault.finding.message) for fault in doubts]
    total = sum(check.weight for check in asked) + DOUBTS
    reached = total - sum(check.weight for check, _path in weak) - (DOUBTS if doubts else 0)
    return Quality(100 * reached // total, advice)


def _is_doubt(fault: Fault) -> bool:
    """A warning that the writer can settle: not that a list is not loaded here, nor what a check above says."""
    return not fault.is_error and fault.path != "targeting" and not fault.finding.code.endswith(".unchecked")


def _rows(content: Content, group: str) -> list[dict[str, Any]]:
    return filled_rows(dict(content), group)


def _at(group: str, row: Mapping[str, Any], name: str) -> str:
    return f"{group}.{row['key']}.{name}"


def _advice(rif: Rif, name: str, path: str, fix: Label) -> Advice:
    """Advice that leads to the field or, where there is no row yet, to its group."""
    try:
        label, anchor = field_at(path).label, "slot-" + path.replace(".", "-")
    except UnknownPath:
        label, anchor = GROUPS[path].title, path
    return Advice(name, label, fix, f"{reverse('rifs:form', args=[rif.reference, step_of(path).name])}#{anchor}")
