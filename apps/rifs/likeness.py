"""By what two RIFs are alike: marks drawn from the form, and how much each of them says.

Pure functions: nothing here reads the database. What a mark is worth is said by its rarity among the RIFs
that the writer may see, leaning on fixed guesses while these are few (docs/decisions/0017-similar-rifs.md).
"""

import math
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.rifs import choices
from apps.search.find import normal


@dataclass(frozen=True)
class Kind:
    """A kind of mark. `guess` is the share of all RIFs that carry a usual value of it.

    Of the kinds of one family only the strongest counts; an exact kind identifies one thing of the world.
    """

    title: str | Promise
    guess: float
    family: str
    exact: bool = False


KINDS = {
    "container": Kind(_("container"), 0.0005, "container", exact=True),
    "mrn": Kind(_("MRN"), 0.0005, "mrn", exact=True),
    "document": Kind(_("transport document"), 0.0005, "document", exact=True),
    "seal": Kind(_("seal"), 0.0005, "seal", exact=True),
    "gtin": Kind(_("GTIN"), 0.0005, "gtin", exact=True),
    "eori": Kind(_("operator"), 0.002, "operator", exact=True),
    "vat": Kind(_("VAT number"), 0.002, "operator", exact=True),
    "name": Kind(_("operator"), 0.002, "operator"),
    "brand": Kind(_("brand and model"), 0.005, "brand"),
    "batch": Kind(_("batch"), 0.005, "batch"),
    "ship": Kind(_("ship"), 0.02, "carrier"),
    "vehicle": Kind(_("vehicle, flight or voyage"), 0.01, "carrier"),
    "cn8": Kind(_("goods"), 0.005, "goods"),
    "hs6": Kind(_("goods"), 0.01, "goods"),
    "hs4": Kind(_("goods"), 0.03, "goods"),
    "origin": Kind(_("origin"), 0.2, "origin"),
    "way": Kind(_("route"), 0.01, "route"),
    "loading": Kind(_("place of loading"), 0.05, "route"),
    "unloading": Kind(_("place of unloading"), 0.1, "route"),
    "countries": Kind(_("countries of routing"), 0.1, "route"),
    "method": Kind(_("modus operandi"), 0.15, "method"),
    "word": Kind(_("words"), 0.01, "words"),
}
#: How many imagined RIFs the guesses stand for: beside thousands of real ones they fade.
IMAGINED = 200
#: A mark of more than this share of what is seen is common, and says nothing; beyond MOST it is not counted on.
COMMON, ALWAYS_RARE, MOST = 0.25, 10, 500
#: The visible RIFs are counted up to here: where MOST of them are the common share.
MOST_SEEN = round(MOST / COMMON)
MOST_WORDS, MOST_MARKS = 14, 60
#: Marks of the same list, of which not the strongest but all are added.
ADDED = frozenset({"words"})
#: What must be reached: a sum of rarities, and the share of what the draft itself says.
ENOUGH, SHARE = 11.0, 0.5
#: A word that stands only in goods and brands, not in the title, is worth this share of itself.
FAINT = 0.5
#: An identifier is one thing of the world up to this share: a large carrier or importer is in many RIFs.
SINGLE = 0.01

_WORD = re.compile(r"[^\W\d_]{3,}|\w*\d\w*\w", re.UNICODE)
#: Words that connect others, in the languages in which most titles are written, and those of any RIF.
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "and the for from with into via that this are was were has have not under over of declared suspected possible "
        "presence level levels high unauthorised unauthorized substance content above maximum limit found detected "
        "und der die das von aus mit des les dans une par pour avec sur del della nel con per los las por "
        "product products goods new risk consignment consignments other",
    )
)
_STEM = 7


@dataclass(frozen=True)
class Like:
    """One RIF that is like the draft: by which marks, and how strongly."""

    rif: int
    score: float
    marks: tuple[str, ...]


def marks_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The marks of a form, each as `kind:value`, with the words in which the form has it."""
    found: dict[str, str] = {}
    for kind, value, words in _drawn(content):
        if value and len(found) < MOST_MARKS:
            found.setdefault(f"{kind}:{value[:80]}", words)
    return found


def faint_of(content: Mapping[str, Any]) -> set[str]:
    """The words that stand in goods and brands only."""
    words = {mark for mark in marks_of(content) if mark.startswith("word:")}
    return words - marks_of({"title": content.get("title", "")}).keys()


def kind_of(mark: str) -> Kind:
    """The kind of a mark."""
    return KINDS[mark.partition(":")[0]]


#: Fields whose value is a mark as it is: group, field, kind of mark.
_PLAIN = (
    ("transport", "container", "container"), ("transport", "mrn", "mrn"), ("transport", "document", "document"),
    ("transport", "seal", "seal"), ("goods", "gtin", "gtin"), ("operators", "identification", "eori"),
    ("operators", "vat", "vat"), ("operators", "name", "name"), ("goods", "batch", "batch"),
    ("transport", "vessel_imo", "ship"), ("transport", "vehicle", "vehicle"), ("goods", "brand", "brand"),
)  # fmt: skip


def _drawn(content: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Kind, value as it is compared, and value as it is written; the strongest kinds first."""
    for group, field, kind in _PLAIN:
        for row in content.get(group, []):
            words = str(row.get(field, ""))
            yield kind, normal(_folded(words)), words
    for row in content.get("goods", []):
        code, origin = re.sub(r"\D", "", str(row.get("commodity", ""))), str(row.get("origin", "")).upper()
        for kind, length in (("cn8", 8), ("hs6", 6), ("hs4", 4)):
            yield kind, code[:length] if len(code) >= length else "", f"HS {code[:length]}"
        yield "origin", origin, origin
    for row in content.get("route", []):
        loading, unloading = (normal(str(row.get(name, ""))) for name in ("loading", "unloading"))
        yield "way", f"{loading}-{unloading}" if loading and unloading else "", f"{loading} → {unloading}"
        yield "loading", loading, loading
        yield "unloading", unloading, unloading
        countries = " ".join(str(row.get("countries", "")).upper().split())
        yield "countries", countries if " " in countries else "", countries
    for method in content.get("modus_operandi", []):
        yield "method", "" if method == "OTHER" else method, choices.title_of(choices.MODUS_OPERANDI, method)
    yield from (("word", stem, word) for stem, word in _words(content))


def _words(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The telling words of title, goods and brands, cut so that their endings mean nothing."""
    goods = [str(row.get(name, "")) for row in content.get("goods", []) for name in ("description", "brand")]
    stems: dict[str, str] = {}
    for word in _WORD.findall(" ".join([str(content.get("title", "")), *goods])):
        folded = _folded(word)
        if folded not in _EMPTY:
            stems.setdefault(_stem(folded), word)
    return list(stems.items())[:MOST_WORDS]


def _folded(text: str) -> str:
    """Small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _stem(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return word
    return (word.removesuffix("s") if len(word) > 3 else word)[:_STEM]


def ranked(own: Iterable[str], shared: Mapping[int, set[str]], seen: int, faint: Container[str] = ()) -> list[Like]:
    """The RIFs that are alike, the most alike first. `shared` are the marks of each that the draft has too.

    `seen` is how many RIFs the writer sees in the window, counted up to MOST_SEEN; `faint` are
    the words that the draft's title does not have.
    """
    carriers: dict[str, int] = {}
    for marks in shared.values():
        for mark in marks:
            carriers[mark] = carriers.get(mark, 0) + 1
    limit = max(ALWAYS_RARE, COMMON * seen)
    worth = {m: _worth(m, carriers.get(m, 0), seen) for m in own if carriers.get(m, 0) <= limit}
    worth = {m: weight * (FAINT if m in faint else 1) for m, weight in worth.items()}
    single = {m for m in worth if kind_of(m).exact and carriers.get(m, 0) <= max(ALWAYS_RARE, SINGLE * seen)}
    all_said = _sum(worth, worth)
    likes = [_like(rif, {m for m in marks if m in worth}, worth) for rif, marks in shared.items()]
    return sorted(
        (like for like in likes if _enough(like, single, all_said)), key=lambda like: (-like.score, -like.rif)
    )


def _worth(mark: str, carriers: int, seen: int) -> float:
    """How rare a mark is: the logarithm of how many RIFs there are to one that carries it."""
    return math.log((seen + IMAGINED) / (carriers + IMAGINED * kind_of(mark).guess))


def _like(rif: int, marks: set[str], worth: Mapping[str, float]) -> Like:
    return Like(rif, _sum(marks, worth), tuple(sorted(marks, key=lambda mark: -worth[mark])))


def _sum(marks: Iterable[str], worth: Mapping[str, float]) -> float:
    """The worth of marks together: of each family the strongest, of words all."""
    families: dict[str, float] = {}
    for mark in marks:
        family = kind_of(mark).family
        before = families.get(family, 0.0)
        families[family] = before + worth[mark] if family in ADDED else max(before, worth[mark])
    return sum(families.values())


def _enough(like: Like, single: set[str], all_said: float) -> bool:
    """One thing of the world in common, or several families that say enough together."""
    if single.intersection(like.marks):
        return True
    families = {kind_of(mark).family for mark in like.marks}
    return len(families) > 1 and like.score >= ENOUGH and like.score >= SHARE * all_said
