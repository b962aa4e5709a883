"""Made-up identifiers of the right shape and check digit, none of which anybody has been given."""

import random

from stdnum import imo, iso6346

from apps.reference.validators.transport import S10_WEIGHTS

#: Owner codes that no container owner has registered.
_OWNERS = ("QZXU", "XQVU", "ZQYU", "XZQU")
#: How many characters follow the country in the numbers of these countries; twelve elsewhere.
_EORI_LENGTH = {"FR": 14, "IT": 11, "DE": 15, "BE": 10, "NL": 9, "PL": 15}
_INVENTED = (
    "Velmora", "Tandrix", "Oskavia", "Brelinda", "Kortama", "Sulvane", "Mirzando", "Quorila", "Lavintar", "Pernova",
    "Dolmeris", "Ostrella", "Harvanto", "Zelkuna", "Fentoria", "Grundovar", "Ilmareta", "Jasquin", "Nordelia",
)  # fmt: skip
_BUSINESS = (
    "Trading", "Logistics", "Import Export", "Supply", "Components", "General Goods", "Parts", "Forwarding", "Foods",
    "Industrial",
)  # fmt: skip
_FORMS = {
    "AT": "GmbH", "BE": "BV", "BG": "EOOD", "CH": "AG", "CY": "Ltd", "CZ": "s.r.o.", "DE": "GmbH", "DK": "ApS",
    "EE": "OÜ", "ES": "S.L.", "FI": "Oy", "FR": "SARL", "GR": "EPE", "HR": "d.o.o.", "HU": "Kft.", "IE": "Ltd",
    "IT": "S.r.l.", "LT": "UAB", "LU": "S.à r.l.", "LV": "SIA", "MT": "Ltd", "NL": "B.V.", "NO": "AS",
    "PL": "sp. z o.o.", "PT": "Lda.", "RO": "S.R.L.", "SE": "AB", "SI": "d.o.o.", "SK": "s.r.o.",
}  # fmt: skip


def digits(chance: random.Random, count: int) -> str:
    """So many digits."""
    return "".join(chance.choice("0123456789") for _position in range(count))


def container(chance: random.Random) -> str:
    """A container number with its check digit (ISO 6346)."""
    number = chance.choice(_OWNERS) + digits(chance, 6)
    return number + str(iso6346.calc_check_digit(number))


def ship(chance: random.Random) -> str:
    """An IMO number with its check digit, of a series that was never given out."""
    number = "4" + digits(chance, 5)
    return number + str(imo.calc_check_digit(number))


def waybill(chance: random.Random) -> str:
    """An air waybill under the prefix 000, which no airline has; the last digit is the rest by seven."""
    serial = digits(chance, 7)
    return f"000-{serial}{int(serial) % 7}"


def postal_item(chance: random.Random, country: str) -> str:
    """A postal item number with its check digit (UPU S10)."""
    serial = digits(chance, 8)
    rest = 11 - sum(int(n) * weight for n, weight in zip(serial, S10_WEIGHTS, strict=True)) % 11
    return f"LX{serial}{ {10: 0, 11: 5}.get(rest, rest) }{country}"


def operator_id(chance: random.Random, country: str) -> str:
    """An EORI number or third-country identifier; the digits 9999 mark it as made up."""
    return f"{country}9999{digits(chance, _EORI_LENGTH.get(country, 12) - 4)}"


def mrn(chance: random.Random, country: str, year: int) -> str:
    """A movement reference number of the right shape."""
    return f"{year % 100:02d}{country}99{digits(chance, 10)}J{digits(chance, 1)}"


def firm(chance: random.Random, country: str) -> str:
    """The name of a firm that does not exist."""
    return f"{chance.choice(_INVENTED)} {chance.choice(_BUSINESS)} {_FORMS.get(country, 'Co. Ltd')}"
