"""The form of a RIF as a JSON Schema, made from the one table of its fields."""

from typing import Any

from apps.rifs.content import ALL_MEMBER_STATES, MOST_ROWS
from apps.rifs.form import FIELDS, GROUPS, Field, Group

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: As many codes as the API takes for one field.
MOST_CODES = 100
ABOUT = (
    "The content of a RIF as it must be to be handed to review: a draft may leave out what is required. Beyond"
    " this, each value is checked as docs/rif-form.md says. x-data-element is the number of the EU data element"
    " (Annex B to Regulation (EU) 2015/2447)."
)
Schema = dict[str, Any]


def schema_of_rif(identity: str) -> Schema:
    """The schema, known by the address `identity`."""
    return {
        "$schema": DIALECT,
        "$id": identity,
        "title": "Risk information form",
        "description": ABOUT,
        "type": "object",
        "properties": {
            **{name: _field(field) for name, field in FIELDS.items()},
            **{name: _group(group) for name, group in GROUPS.items()},
        },
        "required": [name for name, field in FIELDS.items() if field.required],
        "additionalProperties": False,
        "allOf": _together(),
    }


def _field(field: Field) -> Schema:
    if field.kind == "several":
        least = {"minItems": 1} if field.required else {}
        return _about(field) | {"type": "array", "items": _code(field), "maxItems": MOST_CODES} | least
    return _about(field) | (_code(field) if field.choices is not None else _text(field))


def _about(field: Field) -> Schema:
    facts = {
        "title": str(field.label),
        "description": str(field.hint),
        "x-data-element": field.element,
        "x-identifier": field.identifies,
    }
    return {name: value for name, value in facts.items() if value}


def _text(field: Field) -> Schema:
    text: Schema = {"type": "string"}
    if field.longest:
        text["maxLength"] = field.longest
    if field.required:
        text["minLength"] = 1
    if field.kind == "date":  # written year, month, day; what was not answered is left out or empty
        text["pattern"] = "^([0-9]{4}-?[0-9]{2}-?[0-9]{2})?$"
    return text


def _code(field: Field) -> Schema:
    """One code of the field's list, each with its words."""
    codes = [{"const": code, "title": str(label)} for code, label in (field.choices or tuple)()]
    if field.name in {"for_action", "for_information"}:
        codes.append({"const": ALL_MEMBER_STATES, "title": "All Member States but the issuer's"})
    if field.kind != "several" and not field.required:
        codes.append({"const": "", "title": "Not answered"})
    return {"type": "string", "oneOf": codes}


def _group(group: Group) -> Schema:
    row = {
        "type": "object",
        "properties": {field.name: _field(field) for field in group.fields},
        "additionalProperties": False,
    }
    return {"title": str(group.title), "type": "array", "items": row, "maxItems": MOST_ROWS}


def _together() -> list[Schema]:
    """What a form must hold in one place or another (apps/rifs/content.py says the same in sentences)."""

    def some(*names: str) -> Schema:
        return {"anyOf": [{"properties": {name: {"minItems": 1}}, "required": [name]} for name in names]}

    flash = {"properties": {"urgency": {"const": "1"}}, "required": ["urgency"]}
    return [
        some("goods", "operators", "transport", "route"),
        some("for_action", "for_information"),
        {"if": flash, "then": {"properties": {"contact": {"minLength": 1}}, "required": ["contact"]}},
    ]
