"""The lists that ship with the portal."""

from datetime import date

import pytest
from django.db import IntegrityError

from apps.reference.base import load_base
from apps.reference.models import Code, CodeList, Commodity, Country, CountryKind, Holiday, Level


def test_a_second_load_changes_nothing(hs: None) -> None:
    assert set(load_base().values()) == {0}


def test_there_are_twenty_seven_member_states_and_two_partners_under_security_agreements(base: None) -> None:
    assert Country.objects.filter(kind=CountryKind.MEMBER_STATE).count() == 27
    agreed = Country.objects.filter(kind=CountryKind.SECURITY_AGREEMENT).order_by("code")
    assert [country.code for country in agreed] == ["CH", "NO"]


def test_greece_is_gr_with_the_vat_prefix_el(base: None) -> None:
    greece = Country.objects.get(code="GR")
    assert (greece.vat_prefix, str(greece), greece.languages) == ("EL", "Greece", ["el"])
    assert not Country.objects.filter(code="EL").exists()


def test_northern_ireland_and_kosovo_have_codes_of_their_own(base: None) -> None:
    assert Country.objects.filter(code__in=["XI", "XK"]).count() == 2


def test_the_harmonized_system_is_complete_on_each_level(hs: None) -> None:
    current = Commodity.objects.valid_on(date(2026, 1, 1))
    assert [current.filter(level=level).count() for level in (Level.HS2, Level.HS4, Level.HS6)] == [97, 1229, 5613]


def test_what_an_operator_corrected_in_a_shipped_country_is_brought_back(base: None) -> None:
    Country.objects.filter(code="IT").update(name="Italia")
    assert load_base()["countries"] == 1
    assert Country.objects.get(code="IT").name == "Italy"


def test_a_day_that_an_operator_changed_in_a_calendar_stays(base: None) -> None:
    Holiday.objects.filter(calendar="EU", date=date(2026, 5, 1)).update(name="Changed")
    load_base()
    assert Holiday.objects.get(calendar="EU", date=date(2026, 5, 1)).name == "Changed"


def test_a_commodity_is_found_by_digits_by_words_and_by_its_nearest_parent(hs: None) -> None:
    on = date(2026, 1, 1)
    assert set(Commodity.objects.valid_on(on).matching("8517 13").values_list("code", flat=True)) == {"851713"}
    assert Commodity.objects.valid_on(on).matching("horses live pure-bred").filter(code="010121").exists()
    nearest = Commodity.objects.nearest("8517130090", on)
    assert nearest is not None
    assert nearest.code == "851713"
    assert Commodity.objects.nearest("7701", on) is None


def test_names_are_what_an_officer_reads(base: None) -> None:
    assert str(Code.objects.get(list="transport_mode", code="1")) == "1 Sea"
    assert str(CodeList.objects.get(name="transport_mode")) == "Modes of transport (D.E. 19 03)"
    assert str(Holiday.objects.get(calendar="EU", date=date(2026, 5, 1))) == "EU 2026-05-01 Labour Day"


@pytest.mark.parametrize(
    ("code", "level", "end"),
    [("8517130", "CN8", None), ("85171300", "HS6", None), ("8517130x", "CN8", None), ("85171300", "CN8", "2020-12-31")],
)
def test_the_database_refuses_codes_of_another_shape_and_periods_that_end_before_they_begin(
    base: None, code: str, level: str, end: str | None
) -> None:
    with pytest.raises(IntegrityError):
        Commodity.objects.create(code=code, level=level, name="x", text="x", valid_from="2026-01-01", valid_to=end)


def test_a_code_has_only_one_open_period(hs: None) -> None:
    with pytest.raises(IntegrityError):
        Commodity.objects.create(code="851713", level="HS6", name="x", text="x", valid_from="2026-01-01")
