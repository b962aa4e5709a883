"""Numbers of goods other than their classification: CUS, UN number, GTIN, VIN."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from stdnum import ean

from apps.reference.validators.finding import Finding, compact, error, fits, warn


def check_cus(value: str, on: date | None = None) -> list[Finding]:
    """A CUS number, of the European inventory of chemical substances, has nine characters."""
    number = compact(value)
    if not number or fits(r"[0-9]{7}-[0-9]", number):
        return []
    return error("cus.shape", _("A CUS number is seven digits, a hyphen and a digit, such as 0010001-6."))


def check_un_number(value: str, on: date | None = None) -> list[Finding]:
    """A UN number of dangerous goods has four digits."""
    number = compact(value).removeprefix("UN")
    if not number or fits(r"[0-9]{4}", number):
        return []
    return error("un_number.shape", _("A UN number has four digits, such as UN 1203 for petrol."))


def check_gtin(value: str, on: date | None = None) -> list[Finding]:
    """A trade item number has 8, 12, 13 or 14 digits, the last of them a check digit."""
    number = compact(value)
    if not number:
        return []
    if not fits(r"[0-9]{8}|[0-9]{12,14}", number):
        return warn("gtin.shape", _("A GTIN has 8, 12, 13 or 14 digits, such as 4006381333931."))
    digit = ean.calc_check_digit(number[:-1])
    if digit == number[-1]:
        return []
    return warn(
        "gtin.check_digit",
        _("The check digit of GTIN {number} should be {digit}."),
        number=number,
        digit=digit,
    )


def check_vin(value: str, on: date | None = None) -> list[Finding]:
    """A vehicle identification number has 17 letters and digits, without I, O and Q."""
    number = compact(value)
    if not number or fits(r"[A-HJ-NPR-Z0-9]{17}", number):
        return []
    return warn(
        "vin.shape",
        _("A VIN has 17 letters and digits and no I, O or Q, such as WVWZZZ1JZ3W386752."),
    )
