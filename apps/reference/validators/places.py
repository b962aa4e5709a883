"""Codes of countries, currencies, customs offices and locations, compared with the loaded lists."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.reference.models import Code, Country, CustomsOffice, Location, PlaceState
from apps.reference.validators.finding import Finding, compact, error, fits, long_date, warn

# What people write where the customs code is another.
MISTAKEN = {
    "EL": _("Greece has the country code GR; EL is only used for VAT."),
    "UK": _("The United Kingdom has the country code GB; Northern Ireland is XI."),
}


def check_country(value: str, on: date | None = None) -> list[Finding]:
    """A country is two letters of the list of countries and territories (GEONOM)."""
    return check_countries(value, on) if len(value.split()) < 2 else _no_country(value)


def check_countries(value: str, on: date | None = None) -> list[Finding]:
    """Countries of routing, in order, separated by spaces or commas; each is judged."""
    codes = value.replace(",", " ").upper().split()
    known = set(Country.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()
    return [finding for code in codes if code not in known for finding in _no_country(code)]


def check_currency(value: str, on: date | None = None) -> list[Finding]:
    """A currency is three letters of ISO 4217 that were in use on the day."""
    code = compact(value)
    if not code:
        return []
    rows = Code.objects.filter(list="currency", code=code)
    newest = rows.order_by("-valid_from", "pk").first()
    if newest is None:
        return error("currency.unknown", _("{code} is not a currency; write three letters, such as EUR."), code=code)
    if on is None or rows.valid_on(on).exists():
        return []
    if newest.valid_to is not None and newest.valid_to < on:
        return error(
            "currency.ended",
            _("{code} ceased to be a currency on {day}."),
            code=code,
            day=long_date(newest.valid_to),
        )
    return error(
        "currency.not_yet",
        _("{code} is a currency only from {day}."),
        code=code,
        day=long_date(newest.valid_from),
    )


def check_office(value: str, on: date | None = None) -> list[Finding]:
    """A customs office is a country code and six characters; one that is not in the list is doubted."""
    code = compact(value)
    if not code:
        return []
    if not fits(r"[A-Z]{2}[A-Z0-9]{6}", code):
        return error(
            "office.shape",
            _("A customs office is a country code and six letters or digits, such as BEBRU000."),
        )
    office = CustomsOffice.objects.filter(code=code).first()
    if office is not None:
        return _office_in_use(office, on)
    if not Country.objects.filter(code=code[:2]).exists():
        return _no_country(code[:2])
    if not CustomsOffice.objects.exists():
        return []
    return warn("office.unknown", _("{code} is not in the list of customs offices."), code=code)


def check_location(value: str, on: date | None = None) -> list[Finding]:
    """A location is a UN/LOCODE: a country code and three letters or digits from 2 to 9."""
    code = compact(value)
    if not code:
        return []
    if not fits(r"[A-Z]{2}[A-Z2-9]{3}", code):
        return error(
            "location.shape",
            _("A UN/LOCODE is a country code and three characters, such as ITGOA for Genoa."),
        )
    location = Location.objects.filter(code=code).first()
    if location is None:
        return _unknown_location(code)
    if location.state == PlaceState.VALID:
        return []
    return warn("location.ended", _("{location} is no longer in use."), location=location)


def _unknown_location(code: str) -> list[Finding]:
    """The verdict on a well-shaped UN/LOCODE that is not in the list; none while there is no list."""
    if not Country.objects.filter(code=code[:2]).exists():
        return _no_country(code[:2])
    if not Location.objects.exists():
        return []
    return warn("location.unknown", _("{code} is not in the list of UN/LOCODE."), code=code)


def _office_in_use(office: CustomsOffice, on: date | None) -> list[Finding]:
    """Whether a known office was open on the day."""
    if office.state == PlaceState.INVALID or (on and office.valid_to and office.valid_to < on):
        return warn("office.ended", _("{office} is no longer in use."), office=office)
    if on and on < office.active_from:
        return warn(
            "office.not_yet",
            _("{office} is in use only from {day}."),
            office=office,
            day=long_date(office.active_from),
        )
    return []


def _no_country(code: str) -> list[Finding]:
    """The sentence for a country code that is not in the list."""
    if code in MISTAKEN:
        return error("country.mistaken", MISTAKEN[code])
    return error(
        "country.unknown", _("There is no country with the code {code}; write two letters, such as CN."), code=code
    )
