"""An alert of Safety Gate (RAPEX), the rapid alert system for products other than food, as the content of a RIF.

Nothing here reads or writes the database: a row of the file becomes a `ProductAlert` or is refused at
the field that is wrong. What each column becomes, and why, stands in docs/decisions/0015-safety-gate.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.exchange.importers.names import Directory, Named, UnknownName
from apps.exchange.importers.source import Source
from apps.exchange.importers.words import (
    is_out,
    labelled,
    listed,
    one_line,
    organisations,
    several,
    shortened,
    targeting_of,
    union,
)
from apps.organisations.models import Kind, Nature, Organisation, PolicyArea
from apps.reference.report import FieldError
from apps.reference.validators.text import clean_text
from apps.rifs.models import Tlp, Urgency

COLUMNS = (
    "alert_number", "product_name", "product_category", "brand", "product_description", "country_of_origin",
    "risk_type", "risk_description", "measures_authorities", "notifying_country", "company_recall_code",
    "production_dates", "barcode", "batch_number", "_seed",
)  # fmt: skip
BRUSSELS = ZoneInfo("Europe/Brussels")
NUMBER = re.compile(r"(A11|A12|INFO|SR|OR|EM)/\d{4,5}/(\d{2})")
#: Descriptions go over several lines; a new alert begins with its number.
BEGINS = re.compile(rb'"?(A11|A12|INFO|SR|OR|EM)/')
#: Articles 12 of Directive 2001/95/EC (A12) and 26 of Regulation (EU) 2023/988 (SR, EM) are for a serious risk.
SERIOUS = ("A12", "SR", "EM")
GTIN = re.compile(r"\d{8}|\d{12,14}")
MOST_BARCODES = 20
UNKNOWN = "Unknown"
#: Norway takes part in Safety Gate by the Agreement on the European Economic Area.
BESIDE_MEMBER_STATES = ("NO",)


@dataclass(frozen=True)
class ProductAlert:
    """What a row says. `lines` are its places in the file; `doubts` what was taken but should be looked at."""

    lines: tuple[int, ...]
    reference: str
    notifier: Named
    moment: datetime
    product: str
    category: str
    brand: str
    model: str
    origins: tuple[Named, ...]
    risks: tuple[str, ...]
    why: str
    measures: str
    barcodes: tuple[str, ...]
    batches: tuple[str, ...]
    produced: str
    recall: str
    network: tuple[Organisation, ...]
    doubts: tuple[tuple[str, str], ...] = ()

    @property
    def is_serious(self) -> bool:
        """Whether the number says that the risk is serious."""
        return self.reference.startswith(SERIOUS)

    @property
    def article(self) -> str:
        """Brand and model, each once: many models begin with their brand."""
        return self.model if self.model.startswith(self.brand) else f"{self.brand} {self.model}".strip()

    def for_action(self) -> list[Organisation]:
        """Nobody: the file does not say whom the network asks to act."""
        return []

    def for_information(self) -> list[Organisation]:
        """Every participant: an alert is published for all of them."""
        return list(self.network)

    def outside(self) -> list[str]:
        """The notifying country, if it has no customs here."""
        return [self.notifier.name] if self.notifier.name and is_out(self.notifier) else []


def read(row: dict[str, str], line: int, known: Directory, now: datetime) -> ProductAlert:
    """The alert in a row; raises FieldError at the first field that cannot be taken."""
    doubts: list[tuple[str, str]] = []
    moment = _moment(row["_seed"], now)
    if not (product := one_line(row["product_name"])):
        raise FieldError("product_name", "is empty")
    barcodes = several(re.split(r"[\n,;]", row["barcode"]))
    doubts += [("barcode", f"“{code}” is not a trade item number") for code in barcodes if not GTIN.fullmatch(code)]
    return ProductAlert(
        lines=(line,),
        reference=_reference(row["alert_number"], moment),
        notifier=_notifier(one_line(row["notifying_country"]), known),
        moment=moment,
        product=product,
        category=one_line(row["product_category"]),
        brand=one_line(row["brand"]),
        model=one_line(row["product_description"]),
        origins=_origins(one_line(row["country_of_origin"]), known, doubts),
        risks=several(row["risk_type"].split(",")),
        why=one_line(row["risk_description"]),
        measures=clean_text(row["measures_authorities"]).strip(),
        barcodes=barcodes,
        batches=several(row["batch_number"].split("\n")),
        produced=one_line(row["production_dates"]),
        recall=one_line(row["company_recall_code"]),
        network=tuple(_participants(known.organisations.values())),
        doubts=tuple(doubts),
    )


def merge(first: ProductAlert, again: ProductAlert) -> ProductAlert:
    """One alert of two rows with its number: the codes of either are kept. Raises FieldError for another product."""
    if (first.product, first.brand, first.model, first.notifier) != (
        again.product, again.brand, again.model, again.notifier,
    ):  # fmt: skip
        raise FieldError(
            "alert_number",
            f"{again.reference} stands in line {first.lines[0]} for another product or notifying country",
        )
    return replace(
        first,
        lines=first.lines + again.lines,
        origins=union(first.origins, again.origins),
        risks=several([*first.risks, *again.risks]),
        why=first.why or again.why,
        measures=first.measures or again.measures,
        barcodes=several([*first.barcodes, *again.barcodes]),
        batches=several([*first.batches, *again.batches]),
        produced=first.produced or again.produced,
        recall=first.recall or again.recall,
        doubts=first.doubts + again.doubts,
    )


def content_of(alert: ProductAlert, issuer: Organisation) -> dict[str, Any]:
    """The content of the RIF of `issuer`, in the shape of the form."""
    countries = [named.code for named in alert.origins if named.code]
    named = ", ".join(words for words in (alert.product, alert.article) if words)
    return {
        "title": shortened(f"{named}: {', '.join(alert.risks).lower()}" if alert.risks else named, 140),
        "summary": summary_of(alert, named),
        "language": "en",
        "kind": "ALERT" if alert.is_serious else "NEW_TREND",
        "nature": Nature.SECURITY_SAFETY.value,
        "areas": [str(PolicyArea.PRODUCT_SAFETY.value)],
        "legal_ground": "47_2",
        "urgency": str((Urgency.URGENT if alert.is_serious else Urgency.ROUTINE).value),
        "tlp": Tlp.CLEAR.value,
        "action": "INFORMATION",
        "for_action": [],
        "for_information": [o.code for o in alert.for_information() if o.pk != issuer.pk],
        "goods": _goods(alert, countries),
        "route": [{"countries": " ".join(countries)}] if countries else [],
        "modus_operandi": ["OTHER"],
        "targeting": targeting_of(named, countries),
    }


def _goods(alert: ProductAlert, countries: list[str]) -> list[dict[str, str]]:
    """One item for each bar code and origin, or one without."""
    codes = [code for code in alert.barcodes if GTIN.fullmatch(code)][:MOST_BARCODES] or [""]
    item = {
        "description": shortened(f"{alert.category}: {alert.product}", 512),
        "brand": shortened(alert.article, 140),
        "batch": shortened(", ".join(alert.batches), 140),
    }
    return [item | {"gtin": code, "origin": country} for code in codes for country in countries or [""]]


def summary_of(alert: ProductAlert, named: str) -> str:
    """All that the row says, for people and for the search."""
    others = [code for code in alert.barcodes if not GTIN.fullmatch(code)] + list(alert.barcodes[MOST_BARCODES:])
    facts = [
        ("Risk", f"{', '.join(alert.risks)}{' (serious)' if alert.is_serious else ''}"),
        ("Why", alert.why),
        ("Measures", alert.measures),
        ("Category", alert.category),
        ("Origin", listed(alert.origins)),
        ("Batches", ", ".join(alert.batches)),
        ("Produced", alert.produced),
        ("Recall code of the company", alert.recall),
        ("Other codes on the product", ", ".join(others)),
        ("Notified by", alert.notifier.name or "not said in the file"),
    ]
    source = f"Source: Safety Gate {alert.reference}, list of {alert.moment:%Y-%m-%d}."
    return shortened("\n".join([named, "", *labelled(facts), source]), 10_000)


def _reference(raw: str, moment: datetime) -> str:
    found = NUMBER.fullmatch(raw)
    if not found:
        raise FieldError("alert_number", f"“{raw}” is not an alert number such as A12/00123/24 or SR/00123/24")
    if 2000 + int(found[2]) > moment.year:
        raise FieldError("alert_number", f"{raw} is of a later year than the list in which it stands")
    return raw


def _moment(raw: str, now: datetime) -> datetime:
    """The day of the list in which the alert stood; the file has no other date."""
    try:
        moment = datetime.strptime(raw, "%Y-%m-%d").replace(tzinfo=BRUSSELS)
    except ValueError:
        raise FieldError("_seed", f"“{raw}” is not a date such as 2025-01-17") from None
    if moment > now:
        raise FieldError("_seed", f"{raw} lies in the future")
    return moment


def _notifier(name: str, known: Directory) -> Named:
    """The notifying country; many alerts of the public list do not say it."""
    if not name:
        return Named("")
    try:
        return known.find(name)
    except UnknownName as unknown:
        raise FieldError("notifying_country", str(unknown)) from None


def _origins(raw: str, known: Directory, doubts: list[tuple[str, str]]) -> tuple[Named, ...]:
    """The countries of origin; a name that is not known is kept and doubted."""
    found = []
    for name in known.split(raw):
        try:
            found.append(known.find(name))
        except UnknownName as unknown:
            found.append(Named(name))
            if name != UNKNOWN:
                doubts.append(("country_of_origin", str(unknown)))
    return union(found)


def _participants(everybody: Iterable[Organisation]) -> list[Organisation]:
    chosen = [o for o in everybody if o.kind == Kind.MEMBER_STATE or o.code in BESIDE_MEMBER_STATES]
    return organisations(Named(o.name, o.country, o) for o in chosen)


SOURCE = Source("Safety Gate", "alert_number", COLUMNS, read, merge, content_of, BEGINS)
