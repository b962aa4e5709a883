"""Periods and due dates as Regulation 1182/71 counts them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.workflow.clock import Holidays, due, due_hours, due_working_days, is_working, next_working

FIXTURE = Path(__file__).resolve().parents[3] / "shared" / "domain" / "fixtures" / "deadline_vectors.json"
CLOSED = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25), date(2026, 12, 26)}
CLOSED |= {date(2027, 1, 1)}
ROME = ZoneInfo("Europe/Rome")

VECTORS = [
    ("acceptance check of an application, UCC 22(2)", date(2026, 3, 2), 30, date(2026, 4, 1)),
    ("acceptance check that ends before Easter Monday", date(2026, 3, 5), 30, date(2026, 4, 7)),
    ("decision, UCC 22(3)", date(2026, 3, 16), 120, date(2026, 7, 14)),
    ("decision with the AEO extension, DA 28(1)", date(2026, 3, 16), 180, date(2026, 9, 14)),
    ("decision with extension and hearing, DA 13(2)", date(2026, 3, 16), 210, date(2026, 10, 12)),
    ("right to be heard over Christmas, DA 8(1)", date(2026, 11, 25), 30, date(2026, 12, 28)),
    ("consultation of Member States, IA 31(3)", date(2026, 3, 20), 80, date(2026, 6, 8)),
    ("information of its own motion, IA 31(4)", date(2026, 3, 20), 30, date(2026, 4, 20)),
    ("information in the system, IA 30(1)", date(2026, 3, 20), 7, date(2026, 3, 27)),
    ("longest suspension, DA 17(1)", date(2026, 9, 1), 30, date(2026, 10, 1)),
]

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1))
closures = st.sets(st.dates(min_value=date(2020, 1, 1), max_value=date(2020, 12, 31)), max_size=40)
near = st.dates(min_value=date(2020, 1, 1), max_value=date(2020, 12, 1))


@pytest.mark.parametrize(("event", "length", "expected"), [row[1:] for row in VECTORS], ids=[row[0] for row in VECTORS])
def test_a_statutory_period_ends_on_the_day_the_law_says(event: date, length: int, expected: date) -> None:
    assert due(event, days=length, holidays=CLOSED).due == expected


def test_a_decision_takes_effect_on_the_fifth_day_even_on_a_sunday() -> None:
    assert due(date(2026, 7, 14), days=5, roll=False, holidays=CLOSED).due == date(2026, 7, 19)


def test_cash_is_reported_within_fifteen_working_days() -> None:
    assert due(date(2026, 3, 30), working_days=15, holidays=CLOSED).due == date(2026, 4, 22)


@pytest.mark.data
@pytest.mark.skipif(not FIXTURE.exists(), reason="the shared deadline vectors are not on this machine")
def test_every_shared_vector_is_met() -> None:
    table = json.loads(FIXTURE.read_text())
    closed = {date.fromisoformat(day) for day in table["holidays"]}
    for row in table["vectors"]:
        counted = due(
            date.fromisoformat(row["event"]),
            days=row.get("days", 0),
            working_days=row.get("working_days", 0),
            roll=row.get("roll", True),
            holidays=closed,
        )
        assert counted.due.isoformat() == row["expected"], row["name"]


@pytest.mark.parametrize(
    ("event", "months", "expected"),
    [
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2027, 12, 30), 2, date(2028, 2, 29)),
        (date(2026, 3, 31), 3, date(2026, 6, 30)),
        (date(2026, 3, 15), 1, date(2026, 4, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_period_in_months_ends_on_the_same_date_or_on_the_last_of_the_month(
    event: date, months: int, expected: date
) -> None:
    assert due(event, months=months, roll=False).due == expected


def test_a_year_from_a_leap_day_ends_on_the_last_day_of_february() -> None:
    assert due(date(2028, 2, 29), years=1, roll=False).due == date(2029, 2, 28)


def test_months_are_added_before_days() -> None:
    assert due(date(2026, 1, 31), months=1, days=3, roll=False).due == date(2026, 3, 3)


def test_a_period_counted_backwards_does_not_move_to_a_working_day() -> None:
    assert due(date(2026, 3, 16), days=-8).due == date(2026, 3, 8)


def test_a_period_of_two_days_holds_two_working_days() -> None:
    thursday_before_easter = date(2026, 4, 2)
    assert due(thursday_before_easter, days=2, holidays=CLOSED).due == date(2026, 4, 8)


def test_a_period_of_one_day_only_moves_to_the_next_working_day() -> None:
    assert due(date(2026, 4, 2), days=1, holidays=CLOSED).due == date(2026, 4, 7)


def test_days_on_which_the_clock_stood_still_are_added_once() -> None:
    pauses = [(date(2026, 3, 10), date(2026, 3, 19)), (date(2026, 3, 15), date(2026, 3, 24))]
    assert due(date(2026, 3, 2), days=30, roll=False, paused=pauses).due == date(2026, 4, 16)


def test_a_pause_that_begins_after_the_end_changes_nothing() -> None:
    pause = (date(2026, 5, 1), date(2026, 5, 31))
    assert due(date(2026, 3, 2), days=30, paused=[pause]).due == date(2026, 4, 1)


def test_a_pause_that_an_earlier_pause_brings_within_the_period_counts() -> None:
    pauses = [(date(2026, 3, 10), date(2026, 3, 19)), (date(2026, 4, 5), date(2026, 4, 6))]
    assert due(date(2026, 3, 2), days=30, roll=False, paused=pauses).due == date(2026, 4, 13)


def test_working_days_pass_over_a_pause() -> None:
    pause = (date(2026, 3, 3), date(2026, 3, 6))
    assert due(date(2026, 3, 2), working_days=2, paused=[pause]).due == date(2026, 3, 10)


def test_each_stage_of_the_count_is_explained() -> None:
    counted = due(date(2026, 3, 5), days=30, holidays=CLOSED)
    assert [step.day for step in counted.steps] == [date(2026, 3, 5), date(2026, 4, 4), date(2026, 4, 7)]
    assert "Tuesday 7 April 2026" in str(counted)


def test_a_pause_is_explained() -> None:
    counted = due(date(2026, 3, 2), days=10, paused=[(date(2026, 3, 5), date(2026, 3, 5))])
    assert "The clock stood still for 1 day" in str(counted)


def test_the_second_working_day_is_explained() -> None:
    assert "holds two working days" in str(due(date(2026, 4, 2), days=2, holidays=CLOSED))


def test_impossible_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="mixed"):
        due(date(2026, 3, 2), working_days=2, days=1)
    with pytest.raises(ValueError, match="backwards"):
        due(date(2026, 3, 2), working_days=-2)
    with pytest.raises(ValueError, match="before it begins"):
        due(date(2026, 3, 2), days=2, paused=[(date(2026, 3, 4), date(2026, 3, 3))])
    with pytest.raises(TypeError, match="local day"):
        due(datetime(2026, 3, 2, tzinfo=UTC), days=1)
    with pytest.raises(ValueError, match="whole year"):
        next_working(date(2026, 3, 2), lambda _day: True)


def test_a_target_in_hours_runs_from_the_moment_across_a_change_of_clocks() -> None:
    before_summer_time = datetime(2026, 3, 29, 1, 30, tzinfo=ROME)
    counted = due_hours(before_summer_time, 2)
    assert counted.due == datetime(2026, 3, 29, 4, 30, tzinfo=ROME)
    assert str(counted) == "2 h after 29 March 2026 01:30."


def test_a_statutory_period_in_hours_leaves_out_the_hour_of_the_event() -> None:
    assert due_hours(datetime(2026, 3, 2, 14, 20, tzinfo=UTC), 24, statutory=True).due == datetime(
        2026, 3, 3, 15, tzinfo=UTC
    )


def test_working_days_end_with_the_last_second_of_the_local_day() -> None:
    late_on_thursday_in_london_already_friday_in_rome = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
    counted = due_working_days(late_on_thursday_in_london_already_friday_in_rome, 1, CLOSED, ROME)
    assert counted.due == datetime(2026, 3, 9, 23, 59, 59, tzinfo=ROME)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_hours(datetime(2026, 3, 2, 14, 20), 2)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        due_working_days(datetime(2026, 3, 2, 14, 20), 2)  # noqa: DTZ001


@pytest.mark.parametrize("calendar", [CLOSED, lambda day: day in CLOSED])
def test_holidays_may_be_a_set_or_a_question(calendar: Holidays) -> None:
    assert not is_working(date(2026, 4, 6), calendar)
    assert is_working(date(2026, 4, 7), calendar)


@given(near, st.integers(0, 200), closures)
def test_a_period_never_ends_early(start: date, length: int, closed: set[date]) -> None:
    assert due(start, days=length, holidays=closed).due >= start + timedelta(days=length)


@given(near, st.integers(1, 200), closures)
def test_a_period_never_ends_on_a_holiday_or_a_weekend(start: date, length: int, closed: set[date]) -> None:
    assert is_working(due(start, days=length, holidays=closed).due, closed)


@given(near, st.integers(2, 30), closures)
def test_two_working_days_always_lie_in_a_period_of_two_days_or_more(
    start: date, length: int, closed: set[date]
) -> None:
    end = due(start, days=length, holidays=closed).due
    inside = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(is_working(day, closed) for day in inside) >= 2


@given(near, st.integers(0, 60), st.integers(0, 60), closures)
def test_a_longer_period_never_ends_sooner(start: date, length: int, more: int, closed: set[date]) -> None:
    assert due(start, days=length, holidays=closed).due <= due(start, days=length + more, holidays=closed).due


@given(near, near, st.integers(0, 60), closures)
def test_a_later_event_never_ends_sooner(one: date, other: date, length: int, closed: set[date]) -> None:
    first, second = sorted((one, other))
    assert due(first, days=length, holidays=closed).due <= due(second, days=length, holidays=closed).due


@given(near, st.integers(1, 60), st.lists(st.tuples(near, st.integers(0, 30)), max_size=4))
def test_a_pause_never_shortens_a_period(start: date, length: int, pauses: list[tuple[date, int]]) -> None:
    paused = [(first, first + timedelta(days=more)) for first, more in pauses]
    assert due(start, days=length, paused=paused).due >= due(start, days=length).due


@given(days, st.integers(0, 240))
def test_months_end_on_the_same_date_or_the_last_of_the_month(start: date, months: int) -> None:
    end = due(start, months=months, roll=False).due
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(near, st.integers(1, 40), closures)
def test_working_days_are_counted_one_by_one(start: date, count: int, closed: set[date]) -> None:
    end = due(start, working_days=count, holidays=closed).due
    inside = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(is_working(day, closed) for day in inside) == count
