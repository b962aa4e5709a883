"""What is different between two versions, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _

from apps.rifs.form import FIELDS, GROUPS, Field
from apps.rifs.show import words_for


@dataclass(frozen=True)
class Part:
    """A run of words that both versions have, or only one."""

    kind: Literal["same", "add", "del"]
    text: str


@dataclass(frozen=True)
class Line:
    """One field in both versions."""

    label: str
    before: list[Part]
    after: list[Part]

    @property
    def changed(self) -> bool:
        """Whether the versions differ here."""
        return any(part.kind != "same" for part in (*self.before, *self.after))

    @property
    def additions(self) -> int:
        """How many runs of words are new."""
        return sum(part.kind == "add" for part in self.after)

    @property
    def removals(self) -> int:
        """How many runs of words are gone."""
        return sum(part.kind == "del" for part in self.before)


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Line]:
    """Every field that either version fills, those that differ first; each group in the order of the form."""
    lines = [line for line in _lines(old, new) if line.before or line.after]
    return sorted(lines, key=lambda line: not line.changed)


def _lines(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Line]:
    for name, field in FIELDS.items():
        yield _line(str(field.label), _text(field, old.get(name)), _text(field, new.get(name)))
    for name, group in GROUPS.items():
        before, after = _rows(old, name), _rows(new, name)
        for number, key in enumerate(dict.fromkeys([*before, *after]), 1):
            for field in group.fields:
                one, two = before.get(key, {}).get(field.name), after.get(key, {}).get(field.name)
                label = _("%(group)s %(number)d: %(field)s")
                words = {"group": group.title, "number": number, "field": field.label}
                yield _line(label % words, _text(field, one), _text(field, two))


def _rows(content: dict[str, Any], group: str) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in content.get(group, [])}


def _text(field: Field, value: Any) -> str:
    return words_for(field, value) if value else ""


def _line(label: str, old: str, new: str) -> Line:
    one, two = re.findall(r"\w+|\s+|[^\w\s]", old), re.findall(r"\w+|\s+|[^\w\s]", new)
    before: list[Part] = []
    after: list[Part] = []
    for what, i, j, k, m in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if i < j:
            before.append(Part("same" if what == "equal" else "del", "".join(one[i:j])))
        if k < m:
            after.append(Part("same" if what == "equal" else "add", "".join(two[k:m])))
    return Line(label, before, after)
