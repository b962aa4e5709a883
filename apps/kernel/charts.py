"""Drawings made of figures. The map of tiles gives each administration equal room, Malta as much as Germany."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: The map: each line is a row of Europe from north to south, each word a column from west to east.
EUROPE = """
.  .  .  .  NO SE FI .
.  .  .  .  DK .  EE .
IE .  .  NL DE .  LV .
.  .  BE LU CZ PL LT .
.  .  FR CH AT SK .  .
PT ES .  SI HR HU RO .
.  .  .  IT .  .  BG .
.  .  .  MT .  EL .  CY
"""
PLACED = frozenset(word for word in EUROPE.split() if word != ".")
#: The two spellings of Greece: the Union writes EL, the ISO list GR.
SAME = {"GR": "EL"}
STATES: dict[str, str | Promise] = {
    "in_time": gettext_lazy("In time"),
    "late": gettext_lazy("After the deadline"),
    "waiting": gettext_lazy("Waiting"),
    "overdue": gettext_lazy("Overdue"),
    "sender": gettext_lazy("Sender"),
    "none": gettext_lazy("Not addressed"),
}


@dataclass(frozen=True)
class Tile:
    """One organisation on the map: its code and name, its state, and the few letters that are shown."""

    code: str
    name: str
    state: str
    text: str

    @property
    def place(self) -> str:
        """The class that puts it on the map; empty for what has no place there."""
        code = SAME.get(self.code, self.code)
        return f"tile-{code.lower()}" if code in PLACED else ""

    @property
    def words(self) -> str | Promise:
        """Its state in words."""
        return STATES.get(self.state, self.state)


@dataclass(frozen=True)
class TileGrid:
    """The tiles with a place on the map, those beside it, and the states that the legend explains."""

    placed: list[Tile]
    beside: list[Tile]

    @property
    def legend(self) -> list[tuple[str, str | Promise]]:
        """Only the states that occur, in the order of the table."""
        present = {tile.state for tile in [*self.placed, *self.beside]}
        return [(state, words) for state, words in STATES.items() if state in present]


def grid_of(tiles: Iterable[Mapping[str, Any]]) -> TileGrid:
    """The map of `tiles`: mappings with code and state, and if known name, text or the time taken."""
    made = [_tile(tile) for tile in tiles]
    return TileGrid([tile for tile in made if tile.place], [tile for tile in made if not tile.place])


def _tile(tile: Mapping[str, Any]) -> Tile:
    state, taken = str(tile.get("state") or "none"), tile.get("taken")
    text = str(tile.get("text") or (short(taken) if taken is not None else ""))
    words = str(STATES.get(state, state)) if state in {"waiting", "overdue", "sender"} else ""
    return Tile(str(tile["code"]), str(tile.get("name") or tile["code"]), state, text or words)


def short(span: timedelta) -> str:
    """A length of time in the few letters of a tile: 49m, 2h21m, 3d4h."""
    minutes = max(0, int(span.total_seconds() // 60))
    hours, days = minutes // 60, minutes // 1440
    if days >= 2:
        return _("%(d)dd%(h)dh") % {"d": days, "h": hours % 24}
    if hours:
        return _("%(h)dh%(m)02dm") % {"h": hours, "m": minutes % 60}
    return _("%(m)dm") % {"m": minutes}
