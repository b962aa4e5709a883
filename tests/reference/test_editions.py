"""Yearly editions of the Combined Nomenclature: what is in force when, whatever order they come in."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.reference.editions import explained, load_cn, periods
from apps.reference.models import Commodity, Edition
from apps.reference.report import Report, TableError
from apps.reference.table import opened

Load = Callable[..., Report]
LOADED_AT = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
CN_HEADING = "year,level,code,name_en,section,chapter,supplementary_unit"
YEARS = st.sets(st.integers(2010, 2030), min_size=1, max_size=8)


def validity(code: str) -> list[tuple[date, date | None]]:
    """The stored periods of a code."""
    return list(Commodity.objects.filter(code=code).order_by("valid_from").values_list("valid_from", "valid_to"))


def test_a_code_missing_in_the_next_edition_ends_with_the_year_before(edition: Load) -> None:
    edition(2025, "85013300", "85171300")
    report = edition(2026, "85171300")
    assert report.ended == 1
    assert validity("85013300") == [(date(2025, 1, 1), date(2025, 12, 31))]
    assert validity("85171300") == [(date(2025, 1, 1), None)]


def test_a_code_that_comes_back_gets_a_second_period(edition: Load) -> None:
    edition(2024, "85013300", "85171300")
    edition(2025, "85171300")
    edition(2026, "85013300", "85171300")
    assert validity("85013300") == [(date(2024, 1, 1), date(2024, 12, 31)), (date(2026, 1, 1), None)]


def test_the_order_of_loading_does_not_matter(edition: Load) -> None:
    held = {2023: ["01012100", "01012910"], 2024: ["01012100"], 2025: ["01012910", "01013000"]}
    told = set()
    for order in permutations(held):
        Commodity.objects.filter(level="CN8").delete()
        Edition.objects.all().delete()
        for year in order:
            edition(year, *held[year])
        told.add(tuple(tuple(validity(code)) for code in ("01012100", "01012910", "01013000")))
    assert told == {
        (
            ((date(2023, 1, 1), date(2024, 12, 31)),),
            ((date(2023, 1, 1), date(2023, 12, 31)), (date(2025, 1, 1), None)),
            ((date(2025, 1, 1), None),),
        )
    }


def test_an_edition_between_two_others_splits_a_period(edition: Load) -> None:
    edition(2023, "01012100", "01012910")
    edition(2025, "01012100", "01012910")
    edition(2024, "01012910")
    assert validity("01012100") == [(date(2023, 1, 1), date(2023, 12, 31)), (date(2025, 1, 1), None)]


def test_a_corrected_edition_joins_two_periods(edition: Load) -> None:
    edition(2023, "01012100", "01012910")
    edition(2024, "01012910")
    edition(2025, "01012100", "01012910")
    edition(2024, "01012100", "01012910")
    assert validity("01012100") == [(date(2023, 1, 1), None)]
    assert [str(row) for row in Edition.objects.order_by("year")] == ["CN 2023", "CN 2024", "CN 2025"]


def test_loading_the_same_edition_again_changes_nothing(edition: Load) -> None:
    edition(2026, "85171300", "85171400")
    before = list(Commodity.objects.order_by("pk").values())
    report = edition(2026, "85171300", "85171400")
    assert (report.accepted, report.updated, report.unchanged, report.ended) == (0, 0, 2, 0)
    assert list(Commodity.objects.order_by("pk").values()) == before
    assert Edition.objects.count() == 1


def test_a_newer_edition_gives_the_name_and_an_older_one_does_not_take_it_back(edition: Load) -> None:
    edition(2025, "01012910", name="For slaughter")
    assert edition(2026, "01012910", name="For immediate slaughter").updated == 1
    assert edition(2025, "01012910", name="For slaughter").updated == 0
    assert Commodity.objects.get(code="01012910").name == "For immediate slaughter"


def test_leading_zeros_are_kept_and_texts_explain_themselves(edition: Load) -> None:
    edition(2026, "01012990")
    row = Commodity.objects.get(code="01012990")
    assert row.text == "Horses; live, other than pure-bred breeding animals › Other"
    assert str(row).startswith("0101 29 90 ")


def test_a_damaged_file_loses_no_good_row_and_ends_nothing(edition: Load) -> None:
    edition(2025, "85171300", "85171400", "85013300")
    report = edition(2026, "85171300", lines=("2026,8,8517", '2026,8,85171400,"Open,,,', "2026,8,8517I100,Other,,,"))
    assert [(bad.line, bad.field) for bad in report.rejected] == [(3, "line"), (4, "line"), (5, "code")]
    assert (report.complete, report.ended) == (False, 0)
    assert validity("85013300") == [(date(2025, 1, 1), None)]
    assert not Edition.objects.filter(year=2026).exists()


def test_a_row_whose_code_is_known_is_refused_without_spoiling_the_edition(edition: Load) -> None:
    edition(2025, "85171300", "85013300")
    lines = ("2025,8,85171400,Other,,,", "2026,8,85013300,,,,", "2026,6,0702,Tomatoes,,,", "2026,7,850133,x,,,")
    report = edition(
        2026, "85171300", "85171300", lines=(*lines, "2026,8,85171100,Other,,,A unit that is far too long")
    )
    assert [bad.field for bad in report.rejected] == ["code", "year", "name_en", "code", "level", "supplementary_unit"]
    assert report.complete
    assert validity("85013300") == [(date(2025, 1, 1), None)]


def test_sections_and_headings_are_passed_over(edition: Load) -> None:
    report = edition(2026, "85171300", lines=("2026,1,XVI,MACHINERY,,,", "2026,4,8517,Telephone sets,,,"))
    assert (report.accepted, report.passed_over, report.rejected) == (1, 2, [])


def test_the_year_comes_from_the_file_when_it_is_not_given(base: None) -> None:
    text = f"{CN_HEADING}\n2024,8,85171300,Smartphones,,,PST"
    load_cn(BytesIO(text.encode()), year=None, at=LOADED_AT)
    assert Edition.objects.get().year == 2024
    with pytest.raises(TableError, match="year"):
        load_cn(BytesIO(f"{CN_HEADING}\nx,8,85171300,Smartphones,,,PST".encode()), year=None, at=LOADED_AT)


def test_a_code_without_hs_parent_is_explained_by_the_names_of_the_file() -> None:
    names = {"9905": "Personal property", "990500": "Of natural persons"}
    assert explained("99050000", "Other", {}, names) == "Personal property › Of natural persons › Other"
    assert explained("99050000", "Other", {}, {}) == "Other"


@given(YEARS, st.data())
def test_periods_tell_of_each_edition_exactly_what_it_holds(years: set[int], data: st.DataObject) -> None:
    present = data.draw(st.sets(st.sampled_from(sorted(years))))
    found = periods(present, sorted(years))
    for year in years:
        day = date(year, 7, 1)
        covered = [1 for first, last in found if first <= day and (last is None or day <= last)]
        assert len(covered) == (year in present)
    assert [last for _first, last in found if last is None] == [None] * (max(years) in present)


@pytest.mark.django_db
@pytest.mark.data
def test_the_published_editions_of_2025_and_2026_load_without_loss(shared: Path, base: None) -> None:
    with opened(shared / "cn_2025.csv.gz") as source:
        first = load_cn(source, year=2025, at=LOADED_AT)
    with opened(shared / "cn_2026.csv.gz") as source:
        second = load_cn(source, year=2026, at=LOADED_AT)
    assert (first.accepted, len(first.rejected), first.complete) == (9778, 1, True)
    assert (second.accepted, second.ended, second.rejected) == (27, 14, [])
    assert validity("85013300") == [(date(2025, 1, 1), date(2025, 12, 31))]
    assert Commodity.objects.filter(level="CN8").valid_on(date(2026, 6, 1)).count() == 9791
    assert not Commodity.objects.filter(level="CN8", text="Other").exists()
