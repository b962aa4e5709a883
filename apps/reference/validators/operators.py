"""Identifiers of persons and firms: EORI, third-country identifier, VAT, LEI, AEO authorisation."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from stdnum import lei
from stdnum.eu import vat

from apps.reference.models import Country, CountryKind
from apps.reference.validators.finding import Finding, compact, error, fits, warn

# Northern Ireland stays inside the Union's customs rules for goods, under a prefix of its own.
NORTHERN_IRELAND = "XI"
# National shapes are practice, not law; a number that differs is doubted, never refused.
USUAL_SHAPES = {
    "DE": (r"DE[0-9]{7,15}", _("German EORI numbers usually have 7 to 15 digits, such as DE1234567.")),
    "FR": (r"FR[0-9]{14}", _("French EORI numbers are usually FR and the 14 digits of the SIRET number.")),
    "IT": (
        r"IT([0-9]{11}|[A-Z0-9]{16})",
        _("Italian EORI numbers are usually IT and the VAT number (11) or tax code (16)."),
    ),
}


def check_eori(value: str, on: date | None = None) -> list[Finding]:
    """An EORI number is the code of the Member State that issued it and 1 to 15 letters or digits."""
    number = compact(value)
    if not number:
        return []
    if not fits(r"[A-Z]{2}[A-Z0-9]{1,15}", number):
        return error(
            "eori.shape",
            _("An EORI number is a country code and up to 15 letters or digits, such as IT01234567890."),
        )
    if number.startswith("EL"):
        return error("eori.country", _("Greek EORI numbers begin with GR; EL is only used for VAT."))
    if number.startswith("GB"):
        return error(
            "eori.country",
            _("GB numbers are not EORI numbers of the Union since 2021; Northern Ireland uses XI."),
        )
    if not _issues_eori(number[:2]):
        return error(
            "eori.country", _("{country} is not a Member State and issues no EORI numbers."), country=number[:2]
        )
    pattern, hint = USUAL_SHAPES.get(number[:2], (".*", ""))
    return [] if fits(pattern, number) else warn("eori.national_shape", hint)


def check_third_country_id(value: str, on: date | None = None) -> list[Finding]:
    """A third country's identifier is its country code and up to 15 letters or digits."""
    number = compact(value)
    if not number:
        return []
    if not fits(r"[A-Z]{2}[A-Z0-9]{1,15}", number):
        return error(
            "third_country_id.shape",
            _("A third-country identifier is a country code and up to 15 letters or digits, such as US1234567."),
        )
    country = Country.objects.filter(code=number[:2]).first()
    if country is None:
        return error("third_country_id.country", _("There is no country with the code {code}."), code=number[:2])
    if _issues_eori(country.code):
        return error("third_country_id.country", _("Operators of {country} have an EORI number."), country=country)
    return []


def check_operator_id(value: str, on: date | None = None) -> list[Finding]:
    """An operator is known by an EORI number or by a third country's identifier, told apart by the country."""
    number = compact(value)
    abroad = Country.objects.exclude(kind=CountryKind.MEMBER_STATE).exclude(code=NORTHERN_IRELAND)
    if abroad.filter(code=number[:2]).exists():
        return check_third_country_id(value, on)
    return check_eori(value, on)


def check_vat(value: str, on: date | None = None) -> list[Finding]:
    """A VAT number has the prefix, length and check digits of its Member State; VIES alone knows if it exists."""
    number = compact(value)
    if not number:
        return []
    if number.startswith("GR"):
        return error("vat.country", _("Greek VAT numbers begin with EL, not GR."))
    known = Country.objects.exclude(vat_prefix="").filter(vat_prefix=number[:2]).first()
    if known is None:
        return error(
            "vat.country", _("A VAT number begins with the code of a Member State, such as DE136695976, or with XI.")
        )
    if not vat.is_valid(number):
        return error("vat.shape", _("This is not a possible VAT number of {country}."), country=known)
    return []


def check_lei(value: str, on: date | None = None) -> list[Finding]:
    """A legal entity identifier has 18 letters or digits and two check digits."""
    number = compact(value)
    if not number or (fits(r"[A-Z0-9]{18}[0-9]{2}", number) and lei.is_valid(number)):
        return []
    return warn("lei.shape", _("An LEI has 20 characters, the last two of them check digits; these do not agree."))


def check_aeo(value: str, on: date | None = None) -> list[Finding]:
    """An AEO decision is country code, AEOC, AEOS or AEOF and up to 29 characters, at most 35 in all."""
    number = compact(value)
    if not number:
        return []
    if not fits(r"[A-Z]{2}AEO[CSF][A-Z0-9/.\-]{1,29}", number):
        return error(
            "aeo.shape",
            _("An AEO number is a country code, AEOC, AEOS or AEOF and up to 29 characters: BEAEOF0000000123."),
        )
    if not _issues_eori(number[:2]):
        return error("aeo.country", _("{country} is not a Member State and grants no AEO status."), country=number[:2])
    return []


def _issues_eori(code: str) -> bool:
    """Whether the customs of this country code registers operators for the Union."""
    if code == NORTHERN_IRELAND:
        return True
    return Country.objects.filter(code=code, kind=CountryKind.MEMBER_STATE).exists()
