"""Periods and due dates as Regulation (EEC, Euratom) No 1182/71 counts them; pure date arithmetic.

Nothing here reads the time of day or the database: the caller gives the starting day, the period and
the public holidays of the administration that has to act, and gets the due day with its explanation.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Holidays = Callable[[date], bool] | Container[date]
Pause = tuple[date, date]

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# A calendar in which a whole year has no working day is an error of data, not a long weekend.
LONGEST_CLOSURE = 366


@dataclass(frozen=True)
class Step:
    """One stage of the count: the day reached and the sentence that says why."""

    day: date
    reason: str | Promise


@dataclass(frozen=True)
class Explained:
    """A due day that can account for itself: `steps` lead from the event to `due`."""

    due: date
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return " ".join(str(step.reason) for step in self.steps)


@dataclass(frozen=True)
class ExplainedMoment:
    """A due moment, with time zone, that can account for itself."""

    due: datetime
    reason: str | Promise

    def __str__(self) -> str:
        return str(self.reason)


def due(
    start: date,
    *,
    days: int = 0,
    months: int = 0,
    years: int = 0,
    working_days: int = 0,
    holidays: Holidays = (),
    roll: bool = True,
    paused: Sequence[Pause] = (),
) -> Explained:
    """The last day of a period that runs from an event on `start`, by Reg. 1182/71 Articles 3 and 4.

    The day of the event is not counted. Years and months are added before days; a month ends on the
    same date or on its last day. A last day on a Saturday, Sunday or public holiday moves to the next
    working day, and a period of two days or more holds at least two working days, unless `roll` is off
    (a date of effect) or the period is negative (counted backwards). `paused` are first and last days,
    both included, on which the clock stands still. A period in working days takes no other part.
    """
    _require_plain(start)
    if working_days:
        if days or months or years:
            raise ValueError("A period in working days cannot be mixed with days, months or years.")
        return _count_working(start, working_days, holidays, _merged(paused))
    steps = [Step(start, format_lazy(_("{day} is the day of the event and is not counted."), day=_shown(start)))]
    end = _add_months(start, 12 * years + months) + timedelta(days=days)
    steps.append(Step(end, format_lazy(_("The period ends on {day}."), day=_shown(end))))
    forwards = end >= start
    if forwards:
        end = _add_pauses(start, end, _merged(paused), steps)
    if roll and forwards:
        end = _move_to_working(start, end, holidays, steps)
    return Explained(end, tuple(steps))


def due_hours(start: datetime, hours: int, *, statutory: bool = False) -> ExplainedMoment:
    """The end of a period in hours from the moment `start` (with time zone); holidays do not matter.

    A service target counts from the moment itself. A `statutory` period leaves out the hour in which the
    event falls and ends with the last full hour (Reg. 1182/71 Article 3(1) and (2)(a)).
    """
    _require_zone(start)
    first = start.astimezone(UTC)
    if statutory:
        first = first.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    end = (first + timedelta(hours=hours)).astimezone(start.tzinfo)
    reason = format_lazy(_("{hours} h after {moment}."), hours=hours, moment=_shown_moment(start))
    return ExplainedMoment(end, reason)


def due_working_days(moment: datetime, count: int, holidays: Holidays = (), tz: tzinfo = UTC) -> ExplainedMoment:
    """The end of the `count`-th working day after `moment`, in the administration's time zone `tz`.

    The day on which `moment` falls there is not counted. The end of a day is its last second, 23:59:59
    local time, so that the due date shown is the day on which one may still act.
    """
    _require_zone(moment)
    counted = due(moment.astimezone(tz).date(), working_days=count, holidays=holidays)
    end = datetime.combine(counted.due, time(23, 59, 59), tzinfo=tz)
    return ExplainedMoment(end, counted.steps[-1].reason)


def is_working(day: date, holidays: Holidays = ()) -> bool:
    """Whether `day` is neither Saturday, Sunday nor a public holiday (Reg. 1182/71 Article 2)."""
    if day.weekday() >= SATURDAY:
        return False
    return not (holidays(day) if callable(holidays) else day in holidays)


def next_working(day: date, holidays: Holidays = ()) -> date:
    """`day` itself if it is a working day, else the first one after it."""
    for ahead in range(LONGEST_CLOSURE):
        candidate = day + timedelta(days=ahead)
        if is_working(candidate, holidays):
            return candidate
    raise ValueError("The calendar names a whole year without a working day.")


def _count_working(start: date, count: int, holidays: Holidays, paused: Sequence[Pause]) -> Explained:
    """The `count`-th working day after `start`; paused days are passed over like holidays."""
    if count < 0:
        raise ValueError("A period in working days cannot be counted backwards.")

    def closed(day: date) -> bool:
        return any(first <= day <= last for first, last in paused) or not is_working(day, holidays)

    reached = start
    for _nth in range(count):
        reached = next_working(reached + ONE_DAY, closed)
    reason = ngettext_lazy(
        "{count} working day after {start} ends on {day}.",
        "{count} working days after {start} end on {day}.",
        count,
    )
    sentence = format_lazy(reason, count=count, start=_shown(start), day=_shown(reached))
    return Explained(reached, (Step(reached, sentence),))


def _add_months(day: date, months: int) -> date:
    """The same date `months` later, or the last day of that month (Article 3(2)(c))."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - ONE_DAY)


def _merged(paused: Iterable[Pause]) -> list[Pause]:
    """The pauses in order, with those that touch or overlap made one, so that no day counts twice."""
    merged: list[Pause] = []
    for first, last in sorted(paused):
        if last < first:
            raise ValueError("A pause cannot end before it begins.")
        if merged and first <= merged[-1][1] + ONE_DAY:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _add_pauses(start: date, end: date, paused: Iterable[Pause], steps: list[Step]) -> date:
    """`end` later by every paused day that falls within the period as it grows."""
    for first, last in paused:
        counted_from = max(first, start + ONE_DAY)
        if counted_from > end or last < counted_from:
            continue
        stood = last - counted_from + ONE_DAY
        end += stood
        reason = ngettext_lazy(
            "The clock stood still for {count} day, until {last}; the period now ends on {day}.",
            "The clock stood still for {count} days, until {last}; the period now ends on {day}.",
            stood.days,
        )
        sentence = format_lazy(reason, count=stood.days, last=_shown(last), day=_shown(end))
        steps.append(Step(end, sentence))
    return end


def _move_to_working(start: date, end: date, holidays: Holidays, steps: list[Step]) -> date:
    """Article 3(4), the last day is a working day, and 3(5), two working days in two days or more."""
    rolled = next_working(end, holidays)
    if rolled != end:
        sentence = _("That is a Saturday, a Sunday or a public holiday; the next working day is {day}.")
        steps.append(Step(rolled, format_lazy(sentence, day=_shown(rolled))))
    if (end - start).days < 2:
        return rolled
    second = next_working(next_working(start + ONE_DAY, holidays) + ONE_DAY, holidays)
    if second > rolled:
        sentence = _("A period of two days or more holds two working days; the second is {day}.")
        steps.append(Step(second, format_lazy(sentence, day=_shown(second))))
    return max(rolled, second)


def _require_plain(day: date) -> None:
    """Refuse a moment where a day is meant: which day it is depends on the administration's zone."""
    if isinstance(day, datetime):
        raise TypeError("Give the local day of the event, not a moment.")


def _require_zone(moment: datetime) -> None:
    """Refuse a moment without time zone."""
    if moment.tzinfo is None:
        raise ValueError("Give the moment with its time zone.")


def _weekday_and_date(day: date) -> str:
    """A day as in "Friday 3 April 2026", in the reader's language."""
    return date_format(day, "l j F Y")


def _moment(moment: datetime) -> str:
    """A moment as in "3 April 2026 14:20", in the reader's language."""
    return date_format(moment, "j F Y H:i")


_shown = lazy(_weekday_and_date, str)
_shown_moment = lazy(_moment, str)
