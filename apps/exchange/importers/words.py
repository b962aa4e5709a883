"""Text of a row as a form can hold it, and names in an order that means nothing."""

from collections.abc import Iterable

from apps.exchange.importers.names import Named
from apps.organisations.models import Organisation
from apps.reference.validators.text import clean_text


def one_line(raw: str) -> str:
    """Text on one line with single spaces and nothing unseen."""
    return " ".join(clean_text(raw).split())


def several(raw: Iterable[str]) -> tuple[str, ...]:
    """Each once, in alphabetical order."""
    return tuple(sorted({words for each in raw if (words := one_line(each))}))


def shortened(text: str, most: int) -> str:
    """The text, or as many whole words of it as fit before an ellipsis."""
    if len(text) <= most:
        return text
    start = text[: most - 1]
    whole = start if text[most - 1].isspace() else start.rpartition(" ")[0] or start
    return whole.rstrip(" ,;:/-") + "…"


def union(*groups: Iterable[Named]) -> tuple[Named, ...]:
    """Each once, in alphabetical order, so that the order of rows and names means nothing."""
    return tuple(sorted({named.name: named for each in groups for named in each}.values(), key=lambda n: n.name))


def organisations(names: Iterable[Named]) -> list[Organisation]:
    """Those of them who take part in the portal."""
    found = {named.organisation.code: named.organisation for named in names if named.organisation}
    return [found[code] for code in sorted(found)]


def is_out(named: Named) -> bool:
    """Whether it takes no part in the portal."""
    return named.organisation is None


def listed(names: Iterable[Named]) -> str:
    """The names as a sentence has them."""
    return ", ".join(named.name for named in names)


def labelled(facts: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each fact that there is."""
    return [f"{label}: {words.rstrip('.')}." for label, words in facts if words]


def targeting_of(product: str, origins: Iterable[str]) -> list[dict[str, str]]:
    """What others can search for: the countries of origin, and the product in words, with the reason for these."""
    countries = " ".join(origins)[:300]
    rows = [{"element": "16 08", "operator": "in", "value": countries, "weight": "20"}] if countries else []
    reason = "The alert names the product in words and gives no code."
    return [
        *rows,
        {"element": "18 05", "operator": "text", "value": shortened(product, 300), "weight": "30", "reason": reason},
    ]
