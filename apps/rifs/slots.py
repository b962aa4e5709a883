"""The form as it is shown: each field with its value, its choices and what there is to say about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

from apps.organisations.models import Nature
from apps.rifs.content import (
    ALL_MEMBER_STATES,
    Fault,
    UnknownPath,
    check_value,
    field_at,
    filled_rows,
    findings,
    value_at,
)
from apps.rifs.form import GROUPS, STEPS, Field, Step, step_of
from apps.rifs.models import Rif


@dataclass(frozen=True)
class Slot:
    """One field of the form at its path."""

    path: str
    field: Field
    value: str
    #: What is stored, which a writer has seen; differs from `value` only while something typed is not kept.
    kept: str = ""
    errors: list[str] = default(default_factory=list)
    warnings: list[str] = default(default_factory=list)

    @property
    def id(self) -> str:
        """Its name in the page."""
        return "slot-" + self.path.replace(".", "-")

    @property
    def label(self) -> str | Promise:
        """The words before it; for a row's field without its row."""
        return self.field.label

    @property
    def step(self) -> Step:
        """The page on which it stands."""
        return step_of(self.path)

    @property
    def chosen(self) -> set[str]:
        """The several values chosen."""
        return {part for part in self.value.split(",") if part}

    @property
    def options(self) -> list[tuple[str, str | Promise, bool]]:
        """The choices, each with whether it is chosen."""
        if self.field.choices is None:
            return []
        return [(code, label, code in self.chosen) for code, label in self.field.choices()]


@dataclass(frozen=True)
class StepState:
    """One step in the rail: how many of its errors are left."""

    step: Step
    errors: int
    begun: bool


def slot_at(rif: Rif, path: str, on: date | None, fault: Fault | None = None) -> Slot:
    """The slot at a path with its own findings on the day `on`, or with one given finding."""
    try:
        kind, value = field_at(path), value_at(rif.content, path)
    except UnknownPath:
        if path not in GROUPS:
            raise
        kind, value = Field(path, GROUPS[path].title), ""
    found = [fault.finding] if fault else check_value(kind, value, on) if on else []
    return _slot(path, kind, value, found)


def _slot(path: str, kind: Field, value: str, found: Iterable[Any], kept: str | None = None) -> Slot:
    found = list(found)
    errors = [str(f.message) for f in found if f.severity == "error"]
    warnings = [str(f.message) for f in found if f.severity != "error"]
    return Slot(path, kind, value, value if kept is None else kept, errors, warnings)


def steps_of(rif: Rif, on: date) -> list[StepState]:
    """The rail of steps."""
    faults = [fault for fault in findings(rif.content, on) if fault.is_error]
    return [StepState(step, sum(step_of(f.path) is step for f in faults), _begun(rif.content, step)) for step in STEPS]


def _begun(content: dict[str, Any], step: Step) -> bool:
    return any(content.get(f.name) for f in step.fields) or any(filled_rows(content, g.name) for g in step.groups)


def step_page(rif: Rif, step: Step, on: date, typed: QueryDict | None) -> dict[str, Any]:
    """What the page of one step shows; `typed` are values not kept yet, shown in place of the kept ones."""
    by_path: dict[str, list[Any]] = {}
    for fault in findings(rif.content, on):
        by_path.setdefault(fault.path, []).append(fault.finding)

    def slot(path: str, kind: Field) -> Slot:
        value = kept = value_at(rif.content, path)
        found = by_path.get(path, [])
        if typed is not None and path in typed:
            value = ",".join(map(str, typed.getlist(path))) if kind.kind == "several" else str(typed[path])
            found = check_value(kind, value, on)
        if not value and not rif.submitted_at:
            found = [f for f in found if f.code != "required"]
        return _slot(path, kind, value, found, kept)

    groups = [
        {
            "group": group,
            "faults": [str(f.message) for f in by_path.get(group.name, [])],
            "rows": [
                {"key": row["key"], "slots": [slot(f"{group.name}.{row['key']}.{f.name}", f) for f in group.fields]}
                for row in rif.rows(group.name)
            ],
        }
        for group in step.groups
    ]
    return {
        "step": step,
        "steps": steps_of(rif, on),
        "slots": [slot(f.name, f) for f in step.fields if _is_asked(rif, f.name)],
        "groups": groups,
        "all_member_states": ALL_MEMBER_STATES,
    }


def _is_asked(rif: Rif, name: str) -> bool:
    """Whether a field has a meaning for this RIF: some belong to a new version, some to a redacted copy."""
    if name.startswith("change_"):
        return rif.revises_id is not None
    if name.startswith("shared_"):
        return rif.nature == Nature.BOTH or bool(rif.content.get(name))
    return True


def changes_in(posted: QueryDict) -> dict[str, tuple[str | None, str]]:
    """The values of a posted form by path, each with what the writer had seen there."""
    changes: dict[str, tuple[str | None, str]] = {}
    for name in posted:
        path = name.removeprefix("was-")
        try:
            kind = field_at(path)
        except UnknownPath:
            continue
        was = posted.get(f"was-{path}")
        value = ",".join(posted.getlist(path)) if kind.kind == "several" else posted.get(path, "")
        if path in posted or kind.kind == "several":
            changes[path] = (was, value)
    return changes
