"""The JSON Schema of a RIF says what the form says: what the portal sends is valid, what it would send back is not."""

import random
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from apps.exchange.rif_schema import schema_of_rif
from apps.rifs.content import Fault, findings
from apps.rifs.form import FIELDS, GROUPS, STEPS
from portal.demo.stories import stories
from portal.demo.telling import Scene, tell
from tests.conftest import Publish, content

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ON = date(2026, 3, 2)
#: What the schema says too; the rest are the checks of single values.
STRUCTURAL = {"required", "length", "choice", "none", "audience", "contact"}


@pytest.fixture
def schema(organisations: Any) -> Draft202012Validator:
    made = schema_of_rif("https://portal.example/api/v1/rifs/schema.json")
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def sent(form: dict[str, Any]) -> dict[str, Any]:
    """The content as the API gives it: rows without their keys."""
    return {
        name: [{k: v for k, v in row.items() if k != "key"} for row in value] if name in GROUPS else value
        for name, value in form.items()
    }


def keyed(form: dict[str, Any]) -> dict[str, Any]:
    """The content as the portal keeps it: rows with keys."""
    return {
        name: [{"key": str(number), **row} for number, row in enumerate(value)] if name in GROUPS else value
        for name, value in form.items()
    }


def wrong(form: dict[str, Any]) -> list[Fault]:
    """The errors of the form's structure that keep it from review."""
    return [f for f in findings(keyed(form), ON) if f.is_error and f.finding.code in STRUCTURAL]


@pytest.mark.parametrize("seed", range(3))
def test_every_story_of_the_demonstration_is_valid(schema: Draft202012Validator, seed: int) -> None:
    told = 0
    for story in stories():
        for urgency in (1, 2, 3):
            form = tell(Scene(story, "IT", AT, random.Random(f"{story.body} {seed}")), urgency)
            form |= {"for_action": ["ALL_MEMBER_STATES"], "for_information": ["TAXUD", "CH"]}
            assert wrong(form) == []
            assert [f"{e.json_path}: {e.message}" for e in schema.iter_errors(sent(form))] == []
            told += 1
    assert told > 60


def test_what_the_api_gives_is_valid_and_served_as_it_says(
    schema: Draft202012Validator, cast: SimpleNamespace, publish: Publish
) -> None:
    rif = publish()
    client = cast.german_analyst.client()
    answer = client.get("/api/v1/rifs/schema.json")
    assert answer.headers["Content-Type"] == "application/schema+json"
    served = answer.json()
    assert served["$id"].endswith("/api/v1/rifs/schema.json")
    read = client.get(f"/api/v1/rifs/{rif.reference.removeprefix('RIF/')}/").json()["content"]
    Draft202012Validator(served).validate(read)
    assert cast.trader.client().get("/api/v1/rifs/schema.json").status_code == 404


def test_every_field_is_described_with_its_number_and_its_limit(schema: Draft202012Validator) -> None:
    described = schema.schema["properties"]
    assert set(described) == set(FIELDS) | set(GROUPS)
    assert schema.schema["required"] == [f.name for s in STEPS for f in s.fields if f.required]
    for name, group in GROUPS.items():
        row = described[name]["items"]["properties"]
        for field in group.fields:
            assert row[field.name].get("x-data-element", "") == field.element
            assert row[field.name].get("maxLength", 0) == (field.longest if field.choices is None else 0)
            assert row[field.name]["title"] == str(field.label)


#: Ways to spoil a form; each says where.
SPOILED = st.one_of(
    st.tuples(st.sampled_from(sorted(f for f, field in FIELDS.items() if field.required)), st.just("missing")),
    st.tuples(st.sampled_from(sorted(f for f, field in FIELDS.items() if field.choices)), st.just("unknown")),
    st.tuples(st.sampled_from(sorted(f for f, field in FIELDS.items() if field.longest)), st.just("long")),
    st.tuples(st.sampled_from(sorted(FIELDS)), st.just("empty")),
    st.tuples(st.sampled_from(sorted(GROUPS)), st.just("none")),
    st.tuples(st.just("urgency"), st.just("flash")),
)


def spoil(form: dict[str, Any], name: str, how: str) -> None:
    several = name in FIELDS and FIELDS[name].kind == "several"
    if how in {"missing", "none"}:
        form.pop(name, None)
    elif how == "unknown":
        form[name] = ["NOWHERE"] if several else "NOWHERE"
    elif how == "long":
        form[name] = "a" * (FIELDS[name].longest + 1)
    elif how == "empty":
        form[name] = [] if several else ""
    else:
        form |= {"urgency": "1"}


def test_the_schema_refuses_what_review_would_send_back_and_nothing_else(schema: Draft202012Validator) -> None:
    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(SPOILED, max_size=5))
    def check(changes: list[tuple[str, str]]) -> None:
        form = content(contact="at any hour")
        for name, how in changes:
            spoil(form, name, how)
        assert schema.is_valid(form) == (not wrong(form)), wrong(form)

    check()


def test_a_name_that_the_form_does_not_have_is_refused(schema: Draft202012Validator) -> None:
    assert not schema.is_valid(content() | {"titel": "x"})
    assert not schema.is_valid(content(goods=[{"comodity": "870895"}]))
