"""Comparing the portal's own JSON export with the portal: what is equal, what differs and where, what is not known.

Nothing is written. The file is read line by line, as the export wrote it, so its length does not matter.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from apps.kernel.actor import Actor
from apps.kernel.wall import behind_wall
from apps.rifs.exports import COLUMNS, Tally, columns_of, in_words, tally_up
from apps.rifs.models import Rif, Urgency

BATCH = 500
Row = dict[str, Any]


class Damaged(ValueError):
    """The file is not an export as the portal wrote it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")


@dataclass(frozen=True)
class Difference:
    """One value that is another in the portal, or a RIF that the organisation does not see there (no field)."""

    line: int
    reference: str
    name: str = ""
    in_file: Any = None
    in_portal: Any = None


@dataclass
class Comparison:
    """What became of each reference of the file."""

    equal: int = 0
    different: int = 0
    unknown: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the file and the portal say the same."""
        return not self.different and not self.unknown


def compare(path: Path, *, reader: Actor) -> Comparison:
    """Every row of the file with what `reader` sees in the portal now; raises Damaged."""
    rows, found = read(path), Comparison()
    while batch := list(islice(rows, BATCH)):
        with behind_wall(reader):
            present = _present([str(row["reference"]) for _line, row in batch], reader)
        for line, row in batch:
            _one(found, line, row, present.get(row["reference"]))
    return found


def _one(found: Comparison, line: int, row: Row, here: Row | None) -> None:
    reference = row["reference"]
    if here is None:
        found.unknown += 1
        found.differences.append(Difference(line, reference))
        return
    other = [Difference(line, reference, name, row[name], here[name]) for name in COLUMNS if row[name] != here[name]]
    found.different += bool(other)
    found.equal += not other
    found.differences += other


def _present(references: list[str], reader: Actor) -> dict[str, Row]:
    urgencies = {value: str(label) for value, label in Urgency.choices}
    rows = columns_of(Rif.objects.visible_to(reader).filter(reference__in=references), reader)
    found = (dict(zip(COLUMNS, in_words(row, urgencies), strict=True)) for row in rows.order_by("reference"))
    return {row["reference"]: row | {"areas": [*map(int, row["areas"].split())]} for row in found}


def read(path: Path) -> Iterator[tuple[int, Row]]:
    """The rows with their lines. Count and checksum at the end must be those of the rows."""
    tally, line = Tally(), 0
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, 1):
            if line == 1:
                if not (text.startswith('{"marking": ') and text.endswith('"rifs": [\n')):
                    raise Damaged(1, "this is no JSON export of RIFs.")
            elif text.startswith("]"):
                _check_end(line, text, tally)
                return
            elif text.strip():
                row = _row(line, text)
                tally_up(tally, row)
                yield line, row
    raise Damaged(line, "the file ends before its count and checksum.")


def _row(line: int, text: str) -> Row:
    try:
        row = json.loads(text.rstrip().removesuffix(","))
    except ValueError as error:
        raise Damaged(line, "this is no row of an export.") from error
    if not isinstance(row, dict) or set(row) != set(COLUMNS) or not isinstance(row["areas"], list):
        raise Damaged(line, "this row has not the columns of an export.")
    return row


def _check_end(line: int, text: str, tally: Tally) -> None:
    try:
        said = json.loads("{" + text.strip().removeprefix("],"))
    except ValueError as error:
        raise Damaged(line, "count and checksum cannot be read.") from error
    if said != tally.facts():
        raise Damaged(line, f"count or checksum is not that of the {tally.count} rows: the file was changed.")
