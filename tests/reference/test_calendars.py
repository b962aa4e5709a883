"""Public holidays of the administrations."""

from datetime import date

import pytest

from apps.reference.calendars import holiday_name, holidays_of, is_holiday
from apps.reference.models import Country, DayKind, Holiday
from apps.workflow.clock import due


def test_every_member_state_switzerland_norway_and_northern_ireland_have_a_calendar(base: None) -> None:
    calendars = Country.objects.exclude(calendar="").values_list("calendar", flat=True)
    for calendar in calendars:
        holidays_of(calendar)(date(2026, 1, 1))
    for code in [*Country.objects.filter(kind="MEMBER_STATE").values_list("code", flat=True), "CH", "NO", "XI"]:
        assert is_holiday(code, date(2026, 12, 25)), code


@pytest.mark.parametrize(
    ("calendar", "day", "closed"),
    [
        ("IT", date(2026, 6, 2), True),
        ("FR", date(2026, 6, 2), False),
        ("FR", date(2026, 7, 14), True),
        ("GR", date(2026, 4, 13), True),
        ("EL", date(2026, 4, 13), True),
        ("NO", date(2026, 5, 17), True),
        ("XI", date(2026, 3, 17), True),
        ("GB-NIR", date(2026, 3, 17), True),
        ("EU", date(2026, 12, 30), True),
        ("EU", date(2026, 12, 23), False),
    ],
)
def test_a_holiday_is_one_only_where_it_is_kept(base: None, calendar: str, day: date, closed: bool) -> None:
    assert is_holiday(calendar, day) is closed


def test_a_row_adds_a_holiday_and_another_takes_one_away(base: None) -> None:
    Holiday.objects.create(calendar="IT", date=date(2026, 6, 24), name="San Giovanni")
    Holiday.objects.create(calendar="IT", date=date(2026, 6, 2), name="Open", kind=DayKind.WORKING_DAY)
    assert is_holiday("IT", date(2026, 6, 24))
    assert not is_holiday("IT", date(2026, 6, 2))
    assert holiday_name("IT", date(2026, 6, 24)) == "San Giovanni"
    assert holiday_name("IT", date(2026, 6, 2)) == ""


def test_a_holiday_has_the_name_of_its_country(base: None) -> None:
    assert holiday_name("DE", date(2026, 12, 25))
    assert holiday_name("DE", date(2026, 12, 28)) == ""
    assert holiday_name("EU", date(2026, 12, 28)) == "End of year"


def test_a_calendar_nobody_keeps_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="no calendar ZZ"):
        is_holiday("ZZ", date(2026, 1, 1))


def test_the_clock_counts_with_the_calendar_of_the_administration(base: None) -> None:
    event = date(2026, 5, 3)
    assert due(event, days=30, holidays=holidays_of("IT")).due == date(2026, 6, 3)
    assert due(event, days=30, holidays=holidays_of("FR")).due == date(2026, 6, 2)
