"""Identifiers of means of transport and of what they carry: container, ship, seal, waybill, postal item."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from stdnum import imo, iso6346

from apps.reference.models import Code
from apps.reference.validators.finding import Finding, compact, error, fits, warn

MOST_SEAL = 20
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def check_container(value: str, on: date | None = None) -> list[Finding]:
    """A container has an owner code, U, J or Z, six digits and a check digit (ISO 6346); doubts only warn.

    Real boxes carry wrong numbers, and those are the ones a risk form is about, so nothing is refused.
    """
    number = compact(value).replace("-", "")
    if not number:
        return []
    if not fits(r"[A-Z]{3}[UJZ][0-9]{7}", number):
        return warn(
            "container.shape",
            _("A container number is three letters, U, J or Z, and seven digits, such as CSQU3054383."),
        )
    digit = iso6346.calc_check_digit(number[:-1])
    if digit == number[-1]:
        return []
    return warn(
        "container.check_digit",
        _("The check digit of {number} should be {digit}."),
        number=number,
        digit=digit,
    )


def check_imo(value: str, on: date | None = None) -> list[Finding]:
    """An IMO ship number has seven digits, the last of them a check digit; messages write IMO before it."""
    number = compact(value).removeprefix("IMO")
    if not number:
        return []
    if not fits(r"[0-9]{7}", number):
        return error("imo.shape", _("An IMO ship number has seven digits, such as IMO 9319466."))
    digit = imo.calc_check_digit(number[:-1])
    if digit == number[-1]:
        return []
    return error(
        "imo.check_digit",
        _("The check digit of IMO {number} should be {digit}."),
        number=number,
        digit=digit,
    )


def check_seal(value: str, on: date | None = None) -> list[Finding]:
    """A seal identifier has at most 20 characters."""
    if len(value.strip()) > MOST_SEAL:
        return error("seal.length", _("A seal identifier has at most 20 characters, such as SA123456."))
    return []


def check_awb(value: str, on: date | None = None) -> list[Finding]:
    """An air waybill has the airline's three digits, a serial of seven and the serial's remainder by 7."""
    number = compact(value).replace("-", "")
    if not number:
        return []
    if not fits(r"[0-9]{11}", number):
        return warn("awb.shape", _("An air waybill number has 11 digits, such as 020-12345675."))
    digit = int(number[3:10]) % 7
    if str(digit) == number[-1]:
        return []
    return warn(
        "awb.check_digit",
        _("The check digit of air waybill {number} should be {digit}."),
        number=f"{number[:3]}-{number[3:]}",
        digit=digit,
    )


def check_postal_item(value: str, on: date | None = None) -> list[Finding]:
    """A postal item has two letters, eight digits, a check digit and the country (UPU S10)."""
    number = compact(value)
    if not number:
        return []
    if not fits(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", number):
        return warn(
            "s10.shape",
            _("A postal item is two letters, nine digits and a country code, such as RR473124829FR."),
        )
    rest = 11 - sum(int(n) * weight for n, weight in zip(number[2:10], S10_WEIGHTS, strict=True)) % 11
    digit = {10: 0, 11: 5}.get(rest, rest)
    if str(digit) == number[10]:
        return []
    return warn(
        "s10.check_digit",
        _("The check digit of postal item {number} should be {digit}."),
        number=number,
        digit=digit,
    )


def check_mode(value: str, on: date | None = None) -> list[Finding]:
    """A mode of transport is one digit of the list (D.E. 19 03)."""
    code = value.strip()
    if not code or Code.objects.filter(list="transport_mode", code=code).exists():
        return []
    return error("mode.unknown", _("A mode of transport is one of 1, 2, 3, 4, 5, 7, 8 and 9; 1 is sea."))
