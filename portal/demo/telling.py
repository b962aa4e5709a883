"""Telling a story as the content of a RIF: one of its titles, its goods, a route, operators and what to look for."""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.demo import identifiers
from portal.demo.places import Abroad, Entry, abroad, entries
from portal.demo.stories import Goods, Story

_WORDS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
#: Who has no border of its own tells what was seen at another's.
_ELSEWHERE = ("BE", "DE", "ES", "FR", "IT", "NL", "PL", "RO")
_GROUNDS = {"SEIZURE": "46_5_A", "NEW_TREND": "46_5_A", "ALERT": "46_5_B", "REQUEST": "47_2", "CRISIS_MESSAGE": "47_2"}


@dataclass
class Scene:
    """What one telling of a story has chosen: places, firms, goods and figures."""

    story: Story
    issuer: str
    at: datetime
    chance: random.Random
    mode: str = ""
    foreign: Abroad = field(init=False)
    loading: str = field(init=False)
    entry: Entry = field(init=False)
    goods: list[tuple[Goods, int]] = field(init=False)
    facts: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        chance, story = self.chance, self.story
        place = self.issuer if self.issuer in entries() else chance.choice(_ELSEWHERE)
        known = [(m, abroad()[c]) for m in self.story.modes for c in story.origins if str(m) in abroad()[c].loading]
        modes = [(m, country) for m, country in known if str(m) in entries()[place]]
        if not modes:
            place = chance.choice([code for code in _ELSEWHERE if any(str(m) in entries()[code] for m, _c in known)])
            modes = [(m, country) for m, country in known if str(m) in entries()[place]]
        number, self.foreign = chance.choice(modes)
        self.mode = str(number)
        self.loading = chance.choice(self.foreign.loading[self.mode])
        self.entry = chance.choice(entries()[place][self.mode])
        chosen = chance.sample(story.goods, chance.randint(1, len(story.goods)))
        self.goods = [(goods, chance.randint(*goods.kg)) for goods in chosen]
        self.facts = self._facts()

    @property
    def home(self) -> str:
        """The country of the place of entry, in the list of countries (Greece is GR there)."""
        return self.entry.locode[:2]

    def _facts(self) -> dict[str, str]:
        chance = self.chance
        found = chance.randint(*self.story.find) if self.story.find else self.goods[0][1]
        inside = identifiers.operator_id(chance, self.home)
        outside = identifiers.operator_id(chance, self.foreign.code)
        return {
            "n": _WORDS[chance.randint(2, 9)],
            "days": str(chance.randint(5, 24)),
            "port": self.entry.name,
            "origin": self.foreign.name,
            "origin_code": self.foreign.code,
            "kg": _grouped(found),
            "packages": _grouped(chance.randint(*self.story.packages)),
            "loading": self.entry.locode if self.story.export else self.loading,
            "office": self.entry.office,
            "exporter": inside if self.story.export else outside,
            "importer": outside if self.story.export else inside,
            "representative": identifiers.operator_id(chance, self.home),
        }

    def fill(self, text: str) -> str:
        """A text of the story with this telling's facts; number words are small within a sentence."""
        facts = self.facts
        text = " ".join(text.split())
        text = re.sub(r"(?<=[^.] )\{n\}", facts["n"].lower(), text)
        for name, value in facts.items():
            text = text.replace(f"{{{name}}}", value)
        return text[:1].upper() + text[1:]


def tell(scene: Scene, urgency: int) -> dict[str, Any]:
    """The content of a form, all but its addressees."""
    story, chance = scene.story, scene.chance
    ground = "COMMISSION" if scene.issuer in {"TAXUD", "OLAF"} else _GROUNDS[story.kind]
    return {
        "title": _title(scene),
        "summary": scene.fill(f"{chance.choice(story.openings)} {story.body} {chance.choice(story.endings)}"),
        "language": "en",
        "kind": story.kind,
        "nature": story.nature,
        "areas": [str(area) for area in story.areas],
        "legal_ground": ground,
        "significance": chance.choice("1223334"),
        "urgency": str(urgency),
        "valid_from": scene.at.date().isoformat(),
        "valid_to": (scene.at + timedelta(days=chance.choice([90, 120, 180]))).date().isoformat(),
        "modus_operandi": list(story.modus),
        "contact": f"Duty desk, {scene.issuer} central risk unit, contact@{scene.issuer.lower()}.vedette.example",
        "tlp": chance.choices(["AMBER", "GREEN", "AMBER+STRICT"], [6, 3, 1])[0],
        "action": story.action,
        "feedback_by": (scene.at + timedelta(days=30)).date().isoformat(),
        "goods": _goods(scene),
        "operators": _operators(scene),
        "transport": _transport(scene),
        "route": [_route(scene)],
        "targeting": _targeting(scene),
        **_for_copy(scene),
        "results": _results(scene) if ground == "46_5_A" else [],
    }


def _title(scene: Scene) -> str:
    story, chance = scene.story, scene.chance
    if scene.issuer in story.national and chance.random() < 0.5:
        return story.national[scene.issuer]
    title = chance.choice(story.titles)
    return f"{title} ({scene.entry.name})" if chance.random() < 0.4 else title


def _goods(scene: Scene) -> list[dict[str, str]]:
    rows = []
    for goods, mass in scene.goods:
        source, dispatch = (scene.home, scene.home) if scene.story.export else (scene.foreign.code, scene.loading[:2])
        rows.append(
            {
                "description": goods.description,
                "commodity": goods.code,
                "declared_as": goods.declared,
                "origin": source,
                "dispatch": dispatch,
                "net_mass": str(mass),
                "gross_mass": str(mass + max(1, mass * scene.chance.randint(3, 12) // 100)),
                "brand": goods.brand,
                "batch": f"LOT {identifiers.digits(scene.chance, 5)}" if scene.chance.random() < 0.3 else "",
            }
        )
    return rows


def _operators(scene: Scene) -> list[dict[str, str]]:
    outside, inside = scene.foreign.code, scene.home
    if scene.story.export:
        outside, inside = inside, outside
    rows = [("EXPORTER", "exporter", outside), ("IMPORTER", "importer", inside)]
    if any("{representative}" in value for _element, _operator, value, _weight in scene.story.targeting):
        rows.append(("REPRESENTATIVE", "representative", scene.home))
    return [
        {
            "role": role,
            "name": identifiers.firm(scene.chance, country),
            "identification": scene.facts[fact],
            "country": country,
        }
        for role, fact, country in rows
    ]


def _transport(scene: Scene) -> list[dict[str, str]]:
    """The means of transport with the identifiers that its mode has."""
    chance, mode = scene.chance, scene.mode
    row = {"mode": mode}
    if mode in {"1", "2"}:
        row |= {"container": identifiers.container(chance), "seal": f"SL{identifiers.digits(chance, 6)}"}
    if mode == "1":
        row |= {"vessel_imo": identifiers.ship(chance), "document": f"QZXB{identifiers.digits(chance, 8)}"}
    elif mode == "2":
        row |= {"vehicle": f"Train {identifiers.digits(chance, 5)}"}
    elif mode == "3":
        row |= {"vehicle": f"{scene.foreign.code} {identifiers.digits(chance, 2)} QZ {identifiers.digits(chance, 3)}"}
        row |= {"mrn": identifiers.mrn(chance, scene.home, scene.at.year)}
    elif mode == "4":
        row |= {"vehicle": f"QZ {identifiers.digits(chance, 4)}", "document": identifiers.waybill(chance)}
    else:
        row |= {"document": identifiers.postal_item(chance, scene.foreign.code)}
    rows = [row]
    if mode == "1" and chance.random() < 0.3:
        rows.append({**row, "container": identifiers.container(chance), "seal": f"SL{identifiers.digits(chance, 6)}"})
    return rows


def _route(scene: Scene) -> dict[str, str]:
    inside, outside = scene.entry.locode, scene.loading
    if scene.story.export:
        return {
            "loading": inside,
            "unloading": outside,
            "countries": " ".join(dict.fromkeys([scene.home, outside[:2]])),
            "destination": scene.foreign.code,
            "procedure": "1000",
        }
    return {
        "loading": outside,
        "unloading": inside,
        "countries": " ".join(dict.fromkeys([scene.foreign.code, outside[:2], scene.home])),
        "first_entry": scene.entry.office,
        "destination": scene.chance.choice([scene.home, scene.home, "DE", "FR", "PL"]),
        "procedure": "4200" if "MISSING_TRADER" in scene.story.modus else "4000",
    }


def _targeting(scene: Scene) -> list[dict[str, str]]:
    rows = scene.story.targeting
    kept = rows if scene.chance.random() < 0.6 else rows[: max(2, len(rows) - 1)]
    return [
        {
            "element": element,
            "operator": operator,
            "value": scene.fill(value) if "{" in value else value,
            "weight": str(weight),
        }
        for element, operator, value, weight in kept
    ]


def _for_copy(scene: Scene) -> dict[str, str]:
    """What Switzerland and Norway may read of a risk that is also financial."""
    if scene.story.nature != "BOTH":
        return {}
    return {
        "shared_title": _title(scene),
        "shared_summary": "Consignments with this pattern may be unsafe. Look for the goods and the route below.",
    }


def _results(scene: Scene) -> list[dict[str, str]]:
    """What the controls of the issuer showed before it wrote."""
    chance = scene.chance
    irregularity = (
        "IPR" if "COUNTERFEIT" in scene.story.modus else chance.choice(["DESCRIPTION", "PROHIBITION", "SAFETY"])
    )
    return [
        {
            "control": chance.choice(["PHY_ERA", "PHY_ERA", "DOC_ERA", "PHY"]),
            "at": (scene.at - timedelta(days=chance.randint(1, 9))).date().isoformat(),
            "irregularity": irregularity,
        }
    ]


def _grouped(number: int) -> str:
    """A number as it is read in a sentence: thousands apart from 10 000 on."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") if number >= 10_000 else str(number)
