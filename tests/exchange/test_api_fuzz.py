"""The whole of the API as its OpenAPI document describes it, called with what nobody would think of sending.

Every call that the document allows, and many that it forbids, must be answered with a status, a type and a
body that the document names, and never with a server error. Each call is undone, so that every next one
meets the same RIFs: one of each state, so that the actions are reached and not only refused.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as some
from schemathesis.specs.openapi import checks as openapi

from apps.accounts import actions as people
from apps.accounts.actors import SCOPES
from apps.exchange.authentication import KeyThrottle
from apps.inquiries import actions as inquiries
from apps.organisations.models import Organisation
from apps.rifs import actions
from tests.conftest import Publish, content, join

CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]
#: What a key may do; the rest needs a second person and is refused to every system.
REACHED = {
    "changes", "rifs", "inquiries", "submit", "acknowledge", "revise", "assess", "take_measures", "give_feedback",
    "withdraw_profile", "discard", "answer",
}  # fmt: skip
#: Bodies that hold together, sent now and then: by chance few reports add up.
GOOD: dict[str, dict[str, Any]] = {
    "assess": {"assessment": "RELEVANT"},
    "take_measures": {"measures": ["CONTROLS"]},
    "give_feedback": {"result": "CONFORM", "controls": 3},
    "answer": {"text": "By X-ray."},
}
#: Enough for each operation to be met in every state, within the minute and a half that this test may take.
EXAMPLES = 60


@pytest.fixture
def references(cast: SimpleNamespace, publish: Publish) -> list[str]:
    """A RIF in each state, of Italy to Germany, and requests both ways."""
    officer, analyst, german = cast.italian_officer.actor, cast.italian_analyst.actor, cast.german_analyst.actor
    now = timezone.now()
    draft, review = (actions.draft(by=officer, at=now, content=content()) for _number in range(2))
    actions.submit(review, by=officer, at=now)
    rifs = [draft, review, publish(), publish(), publish(), publish()]
    actions.acknowledge(rifs[3], by=german, at=now)
    actions.take_measures(rifs[4], by=german, at=now, measures=["PROFILE_CREATED"])
    actions.cancel(rifs[4], by=analyst, at=now, reason="It did not hold.")
    actions.revise(rifs[5], by=officer, at=now)
    asked = {"title": "How were they found?", "text": "By which controls?"}
    codes = {organisation.code: organisation for organisation in Organisation.objects.order_by("pk")}
    made = [
        inquiries.ask(by=by, at=now, purpose=purpose, addressee=codes[code], **asked)
        for by, code in ((officer, "DE"), (german, "IT"))
        for purpose in ("QUESTION", "INFORMATION")
    ]
    return [*(rif.reference for rif in rifs), *(inquiry.reference for inquiry in made)]


@pytest.fixture
def keys(cast: SimpleNamespace, organisations: dict[str, Organisation]) -> list[str]:
    """A key with every scope for the issuer, and one for an addressee."""
    admins = [cast.italian_admin, join("german_admin", organisations["DE"], ["USER_ADMIN"])]
    now = timezone.now()
    return [
        people.make_key(
            by=admin.actor, at=now, name="fuzz", scopes=list(SCOPES), expires_at=now + timedelta(days=1)
        ).secret
        for admin in admins
    ]


@pytest.fixture
def document(cast: SimpleNamespace) -> dict[str, Any]:
    """The OpenAPI document."""
    answer = cast.italian_officer.client().get("/api/v1/openapi.json", headers={"Accept": "application/json"})
    return dict(answer.json())


@pytest.fixture
def one_connection(document: dict[str, Any]) -> Iterator[None]:
    """Requests keep the connection of the test from here on, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
def test_no_call_finds_a_server_error_or_an_answer_that_is_not_described(
    document: dict[str, Any], references: list[str], keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyThrottle, "get_rate", lambda _self: None)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = WSGIHandler()
    met: Counter[tuple[str, int]] = Counter()
    faults: list[str] = []
    for found in schema.get_all_operations():
        try:
            tried(found.ok(), references, keys, met)
        except (AssertionError, ExceptionGroup) as fault:
            faults.append(f"{found.ok().label}: {told(fault)}")
    assert not faults, "\n\n".join(faults)
    statuses = {status for _operation, status in met}
    assert {200, 201, 400, 403, 404, 409, 412, 422} <= statuses, met
    done = {operation.split("/")[-2] for operation, status in met if status == 200} | carried_out(references, keys)
    assert done >= REACHED, f"never carried out: {REACHED - done}"


def carried_out(references: list[str], keys: list[str]) -> set[str]:
    """The actions that a key carries out on one of these: each is tried once on each with a sound body."""
    client, done = Client(), set()
    for verb, reference, key in product(sorted(REACHED), references, keys):
        kind, _slash, number = reference.partition("/")
        place = "inquiries" if kind == "REQ" else "rifs"
        sid = transaction.savepoint()
        answer = client.post(
            f"/api/v1/{place}/{number}/{verb}/", GOOD.get(verb, {}), content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )  # fmt: skip
        transaction.savepoint_rollback(sid)
        transaction.savepoint_commit(sid)
        if answer.status_code == 200:
            done.add(verb)
    return done


def tried(operation: Any, references: list[str], keys: list[str], met: Counter[tuple[str, int]]) -> None:
    """Call one operation many times, mostly with references that exist."""
    kind = "REQ/" if "/inquiries/" in operation.path else "RIF/"
    known = [reference for reference in references if reference.startswith(kind)]

    @seed(1)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=modes(operation), reference=some.sampled_from(["", *known, *known]), key=some.sampled_from(keys),
        bare=some.sampled_from([True, True, False]), sound=some.booleans(),
    )  # fmt: skip
    def call(case: Any, reference: str, key: str, bare: bool, sound: bool) -> None:
        if reference and "reference" in case.path_parameters:
            case.path_parameters["reference"] = reference.partition("/")[2]
        verb = operation.path.split("/")[-2]
        if sound and verb in GOOD:
            case.body = GOOD[verb]
        if bare:  # without conditions, which are hard to meet by chance
            case.headers.pop("If-Match", None)
        sid = transaction.savepoint()
        try:
            answer = case.call(headers={"Authorization": f"Bearer {key}"})
        finally:
            transaction.savepoint_rollback(sid)
        met[operation.label, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    call()


def modes(operation: Any) -> Any:
    """What the document allows, and what it forbids."""
    return some.one_of(
        operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE),
    )


def told(fault: BaseException) -> str:
    """The first words of what went wrong, without the advice of the tool."""
    inner = fault.exceptions if isinstance(fault, BaseExceptionGroup) else [fault]
    return " | ".join(str(one)[:600] for one in inner)
