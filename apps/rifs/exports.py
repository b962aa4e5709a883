"""The filtered rows as files, all of them, read and written in one pass.

A file is made while it is sent, in a transaction of its own behind the second wall: the request's own has
ended by then. The checksum of every form is over the rows as the CSV writes them, so files of the same rows
have the same.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.db.models import FilteredRelation, Func, Q, QuerySet, TextField

from apps.audit.record import note_access
from apps.kernel.actor import Actor
from apps.kernel.spreadsheet import Sheet, sheets_of, spreadsheet
from apps.kernel.streams import Parts
from apps.kernel.wall import behind_wall
from apps.reference.validators import safe_cell
from apps.rifs.models import Delivery, Tlp, Urgency
from apps.rifs.register import Filter, rows_of

COLUMNS = ("reference", "title", "status", "urgency", "nature", "areas", "tlp", "issuer", "published", "due",
           "acknowledged")  # fmt: skip
BATCH = 2_000
#: The markings, the least narrow first.
NARROWER = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT)
Values = Sequence[Any]


class Moment(Func):
    """A moment as ISO 8601 text, empty for none: a million of them are sooner written there than here."""

    template = """coalesce(to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), '')"""
    output_field = TextField()


class Codes(Func):
    """Numbers with a space between them."""

    template = "array_to_string(%(expressions)s, ' ')"
    output_field = TextField()


@dataclass(frozen=True)
class Export:
    """What was asked for. No row is narrower than `marking`: what came in narrower since is left out."""

    actor: Actor
    wanted: Filter
    now: datetime
    form: str
    marking: Tlp
    address: str

    @property
    def name(self) -> str:
        """The name of the file, which says how it must be handled."""
        return f"rifs-{self.label.replace(':', '-').replace('+', '-')}.{self.form}"

    @property
    def label(self) -> str:
        """The marking as it is written on things."""
        return f"TLP:{self.marking}"


@dataclass
class Tally:
    """What was written so far: how many rows, and the checksum over them."""

    count: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, rows: int, lines: bytes) -> None:
        """Count some rows by their lines."""
        self.count += rows
        self.digest.update(lines)

    def facts(self) -> dict[str, Any]:
        """For the end of the file and the access log."""
        return {"count": self.count, "sha256": self.digest.hexdigest()}


@dataclass(frozen=True)
class Batch:
    """Some rows: their values, their cells, and their lines of CSV."""

    values: Sequence[Values]
    cells: list[Sequence[str]]
    lines: bytes


def ask(actor: Actor, wanted: Filter, now: datetime, form: str, address: str) -> Export:
    """An export of this filter, with the narrowest marking that it holds."""
    rows, _order, _descending = rows_of(actor, wanted, now)
    held = set(rows.order_by().values_list(_tlp(rows), flat=True).distinct())
    marking = max((tlp for tlp in NARROWER if tlp in held), key=NARROWER.index, default=Tlp.CLEAR)
    return Export(actor, wanted, now, form, marking, address)


def parts(export: Export) -> Parts:
    """The file, part by part; at its end the access log says what was taken."""
    tally = Tally()
    with behind_wall(export.actor):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")  # all rows are read, not the first few
        yield from FORMS[export.form].write(export, _batches(export, tally), tally)
        data = {"filter": export.wanted.query(), "form": export.form, "marking": export.label, **tally.facts()}
        note_access("rif.exported", None, by=export.actor, at=export.now, address=export.address, data=data)


def _tlp(rows: QuerySet[Any]) -> str:
    return "rif__tlp" if rows.model is Delivery else "tlp"


def _values(export: Export) -> Iterator[Values]:
    rows, order, descending = rows_of(export.actor, export.wanted, export.now)
    narrower = NARROWER[NARROWER.index(export.marking) + 1 :]
    rows = rows.exclude(**{f"{_tlp(rows)}__in": narrower})
    rows = rows.order_by(*(f"-{name}" if descending else name for name in order))
    found: Iterator[Values] = columns_of(rows, export.actor).iterator(chunk_size=BATCH)
    return found


def columns_of(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any, Any]:
    """The values of COLUMNS for RIFs, or for the own organisation's deliveries; the urgency still as a number."""
    of_rif, of_delivery = ("rif__", "") if rows.model is Delivery else ("", "mine__")
    if not of_rif:
        own = Q(deliveries__organisation_id=actor.organisation_id)
        rows = rows.annotate(mine=FilteredRelation("deliveries", condition=own))
    return rows.values_list(
        *(f"{of_rif}{name}" for name in ("reference", "title", "status", "urgency", "nature")),
        Codes(f"{of_rif}areas"),
        *(f"{of_rif}{name}" for name in ("tlp", "issuer__code")),
        *map(Moment, (f"{of_rif}published_at", f"{of_delivery}due_at", f"{of_delivery}acknowledged_at")),
    )


def _batches(export: Export, tally: Tally) -> Iterator[Batch]:
    found, urgencies = _values(export), {value: str(label) for value, label in Urgency.choices}
    while raw := list(islice(found, BATCH)):
        values = [in_words(row, urgencies) for row in raw]
        cells = [_safe(row) for row in values]
        lines = _lines(cells)
        tally.add(len(values), lines)
        yield Batch(values, cells, lines)


def in_words(row: Values, urgencies: dict[int, str]) -> Values:
    """A row with its urgency in words."""
    return (*row[:3], urgencies[row[3]], *row[4:])


def _lines(cells: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    return text.getvalue().encode()


def tally_up(tally: Tally, row: dict[str, Any]) -> None:
    """Count a row as a JSON export names it, as it was counted when it was written."""
    values = [" ".join(map(str, row[name])) if name == "areas" else str(row[name]) for name in COLUMNS]
    tally.add(1, _lines([_safe(values)]))


def _safe(row: Values) -> Sequence[str]:
    """The row without a formula. All but three of its texts are the portal's own codes and moments."""
    reference, title, status, urgency, nature, areas, tlp, *others = row
    return (reference, safe_cell(title), status, urgency, safe_cell(nature), areas, safe_cell(tlp), *others)


def as_csv(export: Export, batches: Iterator[Batch], tally: Tally) -> Iterator[bytes]:
    """UTF-8 with a mark for spreadsheets; no cell can start a formula, and nothing stands there but the table."""
    yield ("\ufeff" + ",".join(COLUMNS) + "\r\n").encode()
    for batch in batches:
        yield batch.lines


def as_json(export: Export, batches: Iterator[Batch], tally: Tally) -> Iterator[bytes]:
    """One object; count and checksum close it, so a file that was cut off cannot be read as a whole one."""
    yield f'{{"marking": {json.dumps(export.label)}, "at": "{export.now.isoformat()}", "rifs": ['.encode()
    comma = "\n"
    for batch in batches:
        rows = [
            json.dumps(
                dict(zip(COLUMNS, row, strict=True)) | {"areas": [*map(int, row[5].split())]}, ensure_ascii=False
            )
            for row in batch.values
        ]
        yield (comma + ",\n".join(rows)).encode()
        comma = ",\n"
    facts = tally.facts()
    yield f'\n], "count": {facts["count"]}, "sha256": "{facts["sha256"]}"}}\n'.encode()


def as_spreadsheet(export: Export, batches: Iterator[Batch], tally: Tally) -> Iterator[bytes]:
    """The rows on as many sheets as they need, and a last sheet that says what they are."""
    rows = chain.from_iterable(batch.cells for batch in batches)

    def about() -> Iterator[Sequence[str]]:
        yield ("marking", export.label)
        yield ("filter", export.wanted.query())
        yield ("exported", export.now.isoformat())
        yield ("exported by", f"{export.actor.name}, {export.actor.organisation_name}")
        for name, value in tally.facts().items():  # known once the rows are written
            yield (name, str(value))

    last = Sheet("About", ("what", "value"), about(), export.label)
    yield from spreadsheet(chain(sheets_of("RIFs", COLUMNS, rows, export.label), [last]))


@dataclass(frozen=True)
class Form:
    """A form of file: its kind, and what writes it."""

    kind: str
    write: Callable[[Export, Iterator[Batch], Tally], Iterator[bytes]]


FORMS = {
    "csv": Form("text/csv; charset=utf-8", as_csv),
    "json": Form("application/json", as_json),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_spreadsheet),
}
