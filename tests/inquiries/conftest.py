"""Requests of Germany to Italy, with a RIF of Italy that both may read."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from apps.inquiries import actions
from apps.inquiries.models import Inquiry
from apps.organisations.models import Organisation

Ask = Callable[..., Inquiry]


@pytest.fixture
def ask(cast: SimpleNamespace, organisations: dict[str, Organisation]) -> Ask:
    """Germany asks Italy; named facts change the request. Organisations are named by their code."""

    def run(by: Any = None, at: Any = None, **changed: Any) -> Inquiry:
        facts: dict[str, Any] = {
            "purpose": "QUESTION", "addressee": "IT", "title": "How were the airbags found?",
            "text": "Please tell us by which controls the first consignment was found.",
        } | changed  # fmt: skip
        for name in ("addressee", "agency"):
            if isinstance(facts.get(name), str):
                facts[name] = organisations[facts[name]]
        return actions.ask(by=by or cast.german_analyst.actor, at=at or timezone.now(), **facts)

    return run
