"""Public holidays of the administrations: published calendars, corrected by rows of `Holiday`.

A calendar is named by the country code of its administration; `EU` is the calendar of the Union
institutions, which consists of rows alone. Saturdays and Sundays are no holidays here: the clock knows them.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import holidays

from apps.reference.models import DayKind, Holiday

INSTITUTIONS = "EU"
# Codes of the portal for which the published calendars use another name, with the part of the country.
PUBLISHED_AS = {"EL": "GR", "XI": "GB-NIR"}


def is_holiday(calendar: str, day: date) -> bool:
    """Whether `day` is a public holiday in the calendar of an administration, such as IT or EU."""
    return holidays_of(calendar)(day)


def holidays_of(calendar: str) -> Callable[[date], bool]:
    """A test for public holidays, for the clock; the rows of the calendar are read once, here."""
    rows = dict(Holiday.objects.filter(calendar=calendar).values_list("date", "kind"))

    def is_one(day: date) -> bool:
        kind = rows.get(day)
        return day in _published(calendar) if kind is None else kind == DayKind.HOLIDAY

    return is_one


def holiday_name(calendar: str, day: date) -> str:
    """What the holiday is called, in the administration's own calendar; empty on other days."""
    row = Holiday.objects.filter(calendar=calendar, date=day).first()
    if row is not None:
        return row.name if row.kind == DayKind.HOLIDAY else ""
    return str(_published(calendar).get(day) or "")


@lru_cache(maxsize=64)
def _published(calendar: str) -> holidays.HolidayBase:
    """The published calendar of a country; an unknown calendar is a ValueError, the Union's is empty."""
    if calendar == INSTITUTIONS:
        return holidays.HolidayBase()
    code, _dash, part = PUBLISHED_AS.get(calendar, calendar).partition("-")
    try:
        return holidays.country_holidays(code, subdiv=part or None)
    except NotImplementedError as unknown:
        raise ValueError(f"There is no calendar {calendar}.") from unknown
