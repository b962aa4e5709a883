"""References of declarations and procedures: MRN, LRN, UCR, procedure code."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.reference.models import Country
from apps.reference.validators.finding import Finding, compact, error, fits, warn

MOST_LRN = 22
MOST_UCR = 35


def check_mrn(value: str, on: date | None = None) -> list[Finding]:
    """A movement reference number has 18 characters: year, country, 13 letters or digits and a check digit."""
    number = compact(value)
    if not number:
        return []
    if not fits(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{13}[0-9]", number):
        return error(
            "mrn.shape",
            _("An MRN has 18 characters: year, country code and 14 letters or digits, such as 26ITQXC100000012J6."),
        )
    if not Country.objects.filter(code=number[2:4]).exists():
        return error("mrn.country", _("There is no country with the code {code}."), code=number[2:4])
    if on is not None and 2000 + int(number[:2]) > on.year:
        return warn("mrn.year", _("This MRN is of the year {year}, which lies ahead."), year=2000 + int(number[:2]))
    return []


def check_lrn(value: str, on: date | None = None) -> list[Finding]:
    """A local reference number has at most 22 characters."""
    if len(value.strip()) > MOST_LRN:
        return error("lrn.length", _("An LRN has at most 22 characters, such as 2026-IMP-000123."))
    return []


def check_ucr(value: str, on: date | None = None) -> list[Finding]:
    """A unique consignment reference has at most 35 characters."""
    if len(value.strip()) > MOST_UCR:
        return error("ucr.length", _("A UCR has at most 35 characters, such as 6DE123456789-ORDER42."))
    return []


def check_procedure(value: str, on: date | None = None) -> list[Finding]:
    """A procedure is the requested and the previous one, two digits each (D.E. 11 09)."""
    code = compact(value)
    if not code or fits(r"[0-9]{4}", code):
        return []
    return error(
        "procedure.shape",
        _("A procedure is four digits, two requested and two previous, such as 4000."),
    )
