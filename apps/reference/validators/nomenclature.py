"""Whether a commodity code was in the nomenclature on the day of the event.

HS codes are compared with the Harmonized System that ships with the portal, CN codes with the yearly
editions an operator has loaded. Where the edition of the year is missing, the HS part is judged alone
and the officer is told so.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.reference.models import Commodity, Edition, Level, spaced
from apps.reference.validators.finding import Finding, compact, error, fits, long_date, warn

HS, CN, TARIC = 6, 8, 10
PUNCTUATION = str.maketrans("", "", ".-")


def check_commodity(value: str, on: date | None = None) -> list[Finding]:
    """A commodity code has 6 (HS), 8 (CN) or 10 (TARIC) digits and was valid on the day of the event."""
    code = compact(value).translate(PUNCTUATION)
    if not code:
        return []
    if shape := _shape(code):
        return shape
    if len(code) <= HS:
        return _hs(code, on) or _broad(code)
    return _cn(code[:CN], on) or _taric(code, on)


def check_hs(value: str, on: date | None = None) -> list[Finding]:
    """An HS code has 2, 4 or 6 digits and was valid on the day of the event."""
    code = compact(value).translate(PUNCTUATION)
    if not code:
        return []
    if len(code) > HS:
        return error("hs.shape", _("An HS code has at most six digits, such as 8708 95."))
    return _shape(code) or _hs(code, on)


def _shape(code: str) -> list[Finding]:
    """What is wrong with the digits themselves; an odd number of them often lost a leading zero."""
    if not fits(r"[0-9]{2,10}", code):
        return error("commodity.shape", _("A commodity code has 6, 8 or 10 digits and no letters, such as 8708 95 10."))
    if len(code) % 2:
        return error(
            "commodity.odd",
            _("{code} has {count} digits; if a leading zero was lost, write {repaired}."),
            code=code,
            count=len(code),
            repaired=spaced(f"0{code}"),
        )
    return []


def _broad(code: str) -> list[Finding]:
    """A chapter or heading is correct but covers much."""
    if len(code) == HS:
        return []
    return warn("commodity.broad", _("{code} covers many goods; give six digits if you can."), code=code)


def _hs(code: str, on: date | None) -> list[Finding]:
    """The verdict on an HS code."""
    verdict = _by_rows(code, on)
    if verdict is not None:
        return verdict
    # Chapters come only with a whole edition; single codes that ended may be held of others.
    if not Commodity.objects.filter(level=Level.HS2).valid_on(on or date.max).exists():
        return warn(
            "hs.unchecked",
            _("HS {code} could not be checked: the Harmonized System of that day is not loaded."),
            code=spaced(code),
        )
    return error("hs.unknown", _("HS {code} is not in the Harmonized System."), code=spaced(code))


def _cn(code: str, on: date | None) -> list[Finding]:
    """The verdict on a CN code, by its own rows or else by its HS part."""
    verdict = _by_rows(code, on)
    if verdict is not None:
        return verdict
    years = set(Edition.objects.filter(nomenclature="CN").values_list("year", flat=True))
    year = on.year if on else max(years, default=None)
    if year in years:
        return error(
            "cn.unknown",
            _("CN {code} is not in the nomenclature of {year}."),
            code=spaced(code),
            year=year,
        )
    wrong = [finding for finding in _hs(code[:HS], on) if finding.is_error]
    return wrong or warn(
        "cn.unchecked",
        _("CN {code} could not be checked beyond HS {hs}: the nomenclature of that year is not loaded."),
        code=spaced(code),
        hs=spaced(code[:HS]),
    )


def _taric(code: str, on: date | None) -> list[Finding]:
    """The verdict on the last two digits, when there are any; 00 means that TARIC does not divide."""
    if len(code) < TARIC or code.endswith("00"):
        return []
    verdict = _by_rows(code, on)
    if verdict is not None:
        return verdict
    return warn(
        "taric.unchecked",
        _("The TARIC digits {digits} could not be checked: the list is not loaded."),
        digits=code[CN:],
    )


def _by_rows(code: str, on: date | None) -> list[Finding] | None:
    """The verdict of the code's own rows; None where they say nothing about the day."""
    day = on or date.max
    rows = list(Commodity.objects.filter(code=code).order_by("valid_from", "pk"))
    if any(row.covers(day) for row in rows):
        return []
    ended = [row.valid_to for row in rows if row.valid_to is not None and row.valid_to < day]
    if not ended:
        return None
    return error(
        "commodity.ended",
        _("{list} {code} ended on {day}."),
        list=rows[0].level[:-1].rstrip("1"),
        code=spaced(code),
        day=long_date(max(ended)),
    )
