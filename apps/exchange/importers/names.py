"""The participants of RASFF and Safety Gate by the names under which it writes them."""

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from apps.organisations.models import Kind, Organisation
from apps.reference.models import Country

#: Names that RASFF and Safety Gate use where the list of countries (GEONOM) has another.
ALSO_CALLED = {
    "Cape Verde": "CV",
    "Congo (Brazzaville)": "CG",
    "Czech Republic": "CZ",
    "Czechia": "CZ",
    "Faeroe Islands": "FO",
    "Northern Ireland": "XI",
    "People's Republic of China": "CN",
    "Peoples Republic of China": "CN",
    "Republic of Korea": "KR",
    "Republic of North Macedonia": "MK",
    "Saint Martin": "MF",
    "Sint Maarten": "SX",
    "Swaziland": "SZ",
    "Taiwan": "TW",
    "The Netherlands": "NL",
    "Turkey": "TR",
    "United States": "US",
    "Vatican City": "VA",
    "Vietnam": "VN",
    "West Bank and Gaza Strip": "PS",
}
#: Participants and states of the past that have no country code.
WITHOUT_CODE = ("INFOSAN", "EFSA", "EFSA Member", "Serbia and Montenegro", "unknown origin")
COMMISSION = "European Commission"
#: The longest name with commas of its own: "Saint Helena, Ascension and Tristan da Cunha" has one.
MOST_COMMAS = 2


@dataclass(frozen=True)
class Named:
    """One participant as a network names it, its country code and its organisation in the portal, if any."""

    name: str
    code: str = ""
    organisation: Organisation | None = None


class UnknownName(ValueError):
    """No participant has this name."""


class Directory:
    """Finds participants by name, whatever the case and the form of its accents."""

    def __init__(self, known: Iterable[Named]) -> None:
        self._known = {_folded(named.name): named for named in known}
        #: The organisations among them, by code.
        self.organisations = {n.organisation.code: n.organisation for n in self._known.values() if n.organisation}

    def find(self, name: str) -> Named:
        """The participant of this name; raises UnknownName, with the name that was perhaps meant."""
        if found := self._known.get(_folded(name)):
            return found
        near = difflib.get_close_matches(_folded(name), self._known, n=1, cutoff=0.75)
        meant = f"; perhaps “{self._known[near[0]].name}” was meant" if near else ""
        raise UnknownName(f"“{name}” is not the name of a participant or country{meant}")

    def split(self, text: str) -> list[str]:
        """The names in a list separated by commas; a name that holds a comma stays whole."""
        pieces = [piece.strip() for piece in text.split(",")]
        names: list[str] = []
        while pieces:
            taken = next((n for n in range(MOST_COMMAS + 1, 1, -1) if self._is_one(pieces[:n], n)), 1)
            names.append(", ".join(pieces[:taken]))
            del pieces[:taken]
        return [name for name in names if name]

    def _is_one(self, pieces: list[str], count: int) -> bool:
        return len(pieces) == count and _folded(", ".join(pieces)) in self._known


def directory() -> Directory:
    """The participants as the portal knows them now: two reads, for a whole file."""
    customs = {
        organisation.country: organisation
        for organisation in Organisation.objects.filter(kind__in=[Kind.MEMBER_STATE, Kind.ASSOCIATED]).order_by("code")
    }
    names = dict(Country.objects.order_by("code").values_list("name", "code"))
    known = [Named(name, code, customs.get(code)) for name, code in {**names, **ALSO_CALLED}.items()]
    known += [Named(name) for name in WITHOUT_CODE]
    known.append(Named(COMMISSION, "EU", Organisation.objects.filter(code="TAXUD").first()))
    return Directory(known)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
