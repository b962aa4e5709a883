"""Dates, numbers and amounts as people write them."""

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.reference.validators.finding import Finding, compact, error, long_date, warn

# The customs union exists since 1 July 1968; an earlier date is almost always a slip.
CUSTOMS_UNION = date(1968, 7, 1)
MOST_DIGITS = 16
MASS_DECIMALS = 6
AMOUNT_DECIMALS = 2
MOST_WEIGHT = 100
MOST_DURATION = 731
LAST_MONTH = 12
# Blanks and apostrophes that separate thousands in one country or another.
THOUSANDS = re.compile(r"[\s'\u2019\u00a0\u202f\u2009]")


def parse_date(value: str) -> date | None:
    """The day written as 2026-04-03 or, in messages, 20260403; None when there is no such day."""
    found = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})", value.strip(), re.ASCII)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def check_date(value: str, on: date | None = None) -> list[Finding]:
    """A date is a day of the calendar, written year, month, day."""
    if not value.strip():
        return []
    day = parse_date(value)
    if day is None:
        return _not_a_day(value)
    if day < CUSTOMS_UNION:
        return warn("date.old", _("{day} lies before the customs union; is the year right?"), day=long_date(day))
    return []


def check_event_date(value: str, on: date | None = None) -> list[Finding]:
    """The date of something that happened does not lie ahead of `on`."""
    day = parse_date(value)
    if day is not None and on is not None and day > on:
        return warn("date.ahead", _("{day} lies ahead; is the year right?"), day=long_date(day))
    return check_date(value, on)


def check_period(start: str, end: str) -> list[Finding]:
    """A period does not end before it begins."""
    first, last = parse_date(start), parse_date(end)
    if first and last and last < first:
        return error("period.order", _("The end lies before the start, {day}."), day=long_date(first))
    return []


def read_number(value: str) -> Decimal | None:
    """The number written with decimal point or comma and with or without thousands; None when it is none."""
    bare = THOUSANDS.sub("", value.strip())
    if not re.fullmatch(r"-?\d[\d.,]*", bare, re.ASCII):
        return None
    marks = [mark for mark in bare if mark in ".,"]
    if not marks:
        return Decimal(bare)
    if len(set(marks)) == 1 and len(marks) > 1:
        return _grouped(bare, marks[0])
    whole, _mark, fraction = bare.rpartition(marks[-1])
    if len(marks) > 1 and marks.count(marks[-1]) > 1:
        return None
    integral = _grouped(whole, marks[0]) if len(marks) > 1 else Decimal(whole)
    if integral is None or not fraction:
        return None
    return Decimal(f"{integral}.{fraction}")


def check_mass(value: str, on: date | None = None) -> list[Finding]:
    """A mass in kilograms has at most 16 digits, six of them decimals, and is more than zero."""
    return _check_number(value, MASS_DECIMALS, _("Write the mass in kilograms as a number, such as 1250.5."))


def check_amount(value: str, on: date | None = None) -> list[Finding]:
    """An amount has at most 16 digits, two of them decimals, and is more than zero."""
    return _check_number(value, AMOUNT_DECIMALS, _("Write the amount as a number, such as 1250.50."))


def check_net_gross(net: str, gross: str) -> list[Finding]:
    """The net mass is at most the gross mass."""
    lower, upper = read_number(net), read_number(gross)
    if lower is not None and upper is not None and lower > upper:
        return error("mass.net_gross", _("The net mass is greater than the gross mass, {gross} kg."), gross=upper)
    return []


def check_weight(value: str, on: date | None = None) -> list[Finding]:
    """The weight of a targeting element is a whole number from 1 to 100."""
    digits = compact(value)
    if not digits or (re.fullmatch(r"[0-9]{1,3}", digits) and 1 <= int(digits) <= MOST_WEIGHT):
        return []
    return error("weight.range", _("A weight is a whole number from 1 to 100."))


def check_days(value: str, on: date | None = None) -> list[Finding]:
    """A number of days, from one to those of two years."""
    digits = compact(value)
    if not digits or (digits.isdecimal() and 1 <= int(digits) <= MOST_DURATION):
        return []
    return error("days.range", _("A duration is a whole number of days from 1 to {most}."), most=MOST_DURATION)


def _not_a_day(value: str) -> list[Finding]:
    """What is wrong with a date that does not exist; day and month in the wrong order are the usual slip."""
    found = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})", value.strip(), re.ASCII)
    if found is None:
        return error("date.shape", _("Write a date as year, month and day: 2026-04-03."))
    year, month, day = found.groups()
    swapped = parse_date(f"{year}-{day}-{month}")
    if int(month) > LAST_MONTH and swapped:
        return error("date.swapped", _("There is no month {month}; do you mean {day}?"), month=month, day=swapped)
    return error("date.impossible", _("There is no {value} in the calendar."), value=value.strip())


def _grouped(value: str, mark: str) -> Decimal | None:
    """A whole number with thousands set apart by `mark`; None when the groups are not of three."""
    first, *groups = value.split(mark)
    if not 1 <= len(first.lstrip("-")) <= 3 or any(len(group) != 3 or not group.isdecimal() for group in groups):
        return None
    return Decimal(first + "".join(groups))


def _check_number(value: str, decimals: int, expected: object) -> list[Finding]:
    """The rules that every quantity shares."""
    if not value.strip():
        return []
    number = read_number(value)
    if number is None:
        return error("number.shape", _("{expected}"), expected=expected)
    if number < 0:
        return error("number.negative", _("This cannot be less than zero."))
    fraction = -int(number.as_tuple().exponent)
    if len(number.as_tuple().digits) > MOST_DIGITS or fraction > decimals:
        return error(
            "number.length",
            _("At most {digits} digits, {decimals} of them after the decimal point."),
            digits=MOST_DIGITS,
            decimals=decimals,
        )
    if number == 0:
        return warn("number.zero", _("This is zero; is that meant?"))
    return _ambiguous(value, number)


def _ambiguous(value: str, number: Decimal) -> list[Finding]:
    """A single mark before three digits may set apart thousands or decimals; say how it was read."""
    if not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", value.strip(), re.ASCII):
        return []
    without = "".join(c for c in value if c.isdecimal())
    return warn(
        "number.ambiguous",
        _("Read as {number} with three decimals; write {thousands} if thousands are meant."),
        number=number,
        thousands=without,
    )
