"""The stories behind the demonstration's RIFs: each a risk as an officer might meet it, told several times.

They stand in the files beside this one, by policy area. In their texts {port}, {origin}, {n}, {days},
{kg} and {packages} are filled in for each telling.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Goods:
    """One kind of goods in a story: what it is, its HS code, what it was declared as, from how many kg to how many."""

    description: str
    code: str
    kg: tuple[int, int]
    declared: str = ""
    brand: str = ""


@dataclass(frozen=True)
class Story:
    """A risk with all the words and facts from which its tellings are drawn."""

    titles: list[str]
    openings: list[str]
    body: str
    endings: list[str]
    areas: list[int]
    nature: str
    kind: str
    urgency: list[int]
    modus: list[str]
    modes: list[int]
    origins: list[str]
    goods: list[Goods]
    targeting: list[tuple[str, str, str, int]]
    action: str
    national: dict[str, str] = field(default_factory=dict)
    export: bool = False
    find: tuple[int, int] | None = None
    packages: tuple[int, int] = (12, 90)


@cache
def stories() -> tuple[Story, ...]:
    """All stories, in the order of their files."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return tuple(_story(row) for file in files for row in tomllib.loads(file.read_text("utf-8"))["story"])


def _story(row: dict[str, Any]) -> Story:
    goods = [Goods(**item) for item in row.pop("goods")]
    targeting = [tuple(element) for element in row.pop("targeting")]
    return Story(**row, goods=goods, targeting=targeting)
