"""Bad input (domain 4.5): each kind is told in its own sentence at its own field, and on the pre-flight page."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from apps.kernel.refusals import Refused
from apps.reference.editions import load_cn
from apps.rifs import actions
from apps.rifs.content import findings
from tests.conftest import content

NOW = timezone.now()
TODAY = timezone.localdate()
GOODS = {"description": "plastic covers", "commodity": "870895", "origin": "CN"}
FREE = {"element": "18 05", "operator": "text", "value": "looks too light", "weight": "30"}


def goods(**changed: str) -> dict[str, Any]:
    return {"goods": [GOODS | changed]}


def transport(**found: str) -> dict[str, Any]:
    return {"transport": [{"mode": "1", **found}]}


#: what is wrong: (the content, the field that says so, its sentence, whether it keeps the RIF from review)
BAD: dict[str, tuple[dict[str, Any], str, str, bool]] = {
    "container with a wrong check digit": (
        transport(container="CSQU3054384"), "transport.container", "The check digit of CSQU3054384 should be 3.", False,
    ),
    "container that is none": (
        transport(container="GREEN BOX"), "transport.container", "A container number is three letters, U, J or Z", False,
    ),
    "IMO number with a wrong check digit": (
        transport(vessel_imo="9319467"), "transport.vessel_imo", "The check digit of IMO 9319467 should be 6.", True,
    ),
    "EORI without a number": (
        {"operators": [{"role": "IMPORTER", "identification": "IT"}]},
        "operators.identification", "An EORI number is a country code and up to 15 letters or digits", True,
    ),
    "CN code that ended": (
        goods(commodity="8517 12 00"), "goods.commodity", "CN 8517 12 00 ended on 31 December 2021.", True,
    ),
    "TARIC code whose CN code is none": (
        goods(commodity="8708 95 99 11"), "goods.commodity", "CN 8708 95 99 is not in the nomenclature of", True,
    ),
    "origin that is no country": (
        goods(origin="YY"), "goods.origin", "There is no country with the code YY", True,
    ),
    "validity that ends before it begins": (
        {"valid_from": "2026-05-02", "valid_to": "2026-05-01"}, "valid_to", "The end lies before the start.", True,
    ),
    "more than 24 months without a reason": (
        {"valid_from": "2026-01-01", "valid_to": "2028-01-03"},
        "long_validity", "It holds for more than 24 months: say why.", True,
    ),
    "none of goods, operator and route": (
        {"goods": [], "transport": []}, "goods", "Name at least one goods item, operator, means of transport or route.",
        True,
    ),
    "free text as the only targeting": (
        {"targeting": [FREE]}, "targeting.reason",
        "Say why this cannot be put as a condition that a system can search for.", True,
    ),
    "financial risk for Switzerland": (
        {"nature": "FINANCIAL", "areas": ["8"], "for_information": ["CH"]}, "for_information",
        "Switzerland may only receive what is security and safety; this RIF is: Financial", True,
    ),
    "financial risk for Norway": (
        {"nature": "FINANCIAL", "areas": ["8"], "for_action": ["DE", "NO"]}, "for_action",
        "Norway may only receive what is security and safety; this RIF is: Financial", True,
    ),
    "address of a person in the title": (
        {"title": "Cigarettes of mario.rossi@example.it"}, "title", "looks like personal data", False,
    ),
    "TLP:CLEAR with the name of an operator": (
        {"tlp": "CLEAR", "operators": [{"role": "IMPORTER", "name": "Esempio S.p.A."}]},
        "tlp", "What names operators cannot be TLP:CLEAR.", True,
    ),
    "EU marking above what the portal may keep": (
        {"eu_marking": "CONFIDENTIAL"}, "eu_marking", "This portal is not accredited for information with this marking.",
        True,
    ),
    "control in the future": (
        {"results": [{"control": "PHY_ERA", "irregularity": "DESCRIPTION",
                      "at": (TODAY + timedelta(days=2)).isoformat()}]},
        "results.at", "lies ahead; is the year right?", False,
    ),
    "mass of zero": (goods(net_mass="0"), "goods.net_mass", "This is zero; is that meant?", False),
    "units of zero": (goods(supplementary="0,0"), "goods.supplementary", "This is zero; is that meant?", False),
    "quantity of zero seized": (
        {"results": [{"control": "PHY_ERA", "irregularity": "DESCRIPTION", "quantity": "0 pieces"}]},
        "results.quantity", "This is zero; is that meant?", False,
    ),
}  # fmt: skip


@pytest.fixture
def edition(organisations: Any) -> None:
    """An edition of the Combined Nomenclature of this year with one code: what is not in it is none."""
    text = f"year,level,code,name_en,section,chapter,supplementary_unit\n{TODAY.year},8,87089510,Other,,,PST"
    load_cn(BytesIO(text.encode()), year=TODAY.year, at=NOW)


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_at_its_field(cast: SimpleNamespace, name: str) -> None:
    changed, field, sentence, is_error = BAD[name]
    rif = actions.draft(by=cast.italian_officer.actor, at=NOW, content=content(**changed))
    told = [fault for fault in findings(rif.content, TODAY) if place(fault.path) == field]
    assert any(sentence in str(fault.finding.message) and fault.is_error is is_error for fault in told), told
    page = cast.italian_officer.client().get(rif.get_absolute_url() + "check/").content.decode()
    assert sentence in page.replace("&quot;", '"')
    if is_error:
        with pytest.raises(Refused) as no:
            actions.submit(rif, by=cast.italian_officer.actor, at=NOW)
        assert field in {place(refusal.field) for refusal in no.value.refusals}
    else:
        actions.submit(rif, by=cast.italian_officer.actor, at=NOW)


def place(path: str) -> str:
    """A path without the key of its row."""
    parts = path.split(".")
    return f"{parts[0]}.{parts[2]}" if len(parts) == 3 else path
