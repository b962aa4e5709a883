"""Two RIFs side by side, field by field, with what they have in common marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from apps.rifs.content import filled_rows
from apps.rifs.form import GROUPS, STEPS, Field
from apps.rifs.models import Rif
from apps.rifs.show import words_for
from apps.search.find import normal

#: Fields that nearly all RIFs share: that they agree says nothing.
PLAIN = frozenset({"language", "kind", "nature", "areas", "legal_ground", "urgency", "tlp", "action", "weight"})


@dataclass(frozen=True)
class Said:
    """One value, and whether the other RIF says it too."""

    text: str
    shared: bool


@dataclass(frozen=True)
class Line:
    """One field of both."""

    label: str | Promise
    mine: list[Said]
    theirs: list[Said]


def side_by_side(rif: Rif, other: Rif) -> list[tuple[str | Promise, list[Line]]]:
    """The fields that either has filled in, by the parts of the form."""
    parts = []
    for step in STEPS:
        lines = [_line(f, _single(rif, f), _single(other, f)) for f in step.fields]
        parts.append((step.title, lines))
        for group in step.groups:
            lines = [_line(f, _column(rif, group.name, f), _column(other, group.name, f)) for f in group.fields]
            parts.append((GROUPS[group.name].title, lines))
    kept = [(title, [line for line in lines if line.mine or line.theirs]) for title, lines in parts]
    return [(title, lines) for title, lines in kept if lines]


def _single(rif: Rif, field: Field) -> list[str]:
    value: Any = rif.content.get(field.name) or []
    return [words_for(field, one) for one in (value if isinstance(value, list) else [value])]


def _column(rif: Rif, group: str, field: Field) -> list[str]:
    """What the rows of a group say in one field, each once."""
    rows = filled_rows(rif.content, group)
    return list(dict.fromkeys(words_for(field, row[field.name]) for row in rows if row.get(field.name)))


def _line(field: Field, mine: list[str], theirs: list[str]) -> Line:
    common = set() if field.name in PLAIN else {normal(text) for text in mine} & {normal(text) for text in theirs}
    return Line(field.label, _said(mine, common), _said(theirs, common))


def _said(texts: Iterable[str], common: set[str]) -> list[Said]:
    return [Said(text, normal(text) in common) for text in texts]
