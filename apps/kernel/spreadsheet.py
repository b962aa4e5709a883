"""A spreadsheet (Office Open XML) written while it is sent: rows go in, parts of the file come out.

Cells are texts written in place: nothing is collected, not even a table of strings, and none can be a
formula. A library would write the whole file to a disk before its first byte leaves.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: A sheet has 1,048,576 rows; one of them is its head.
MOST_ROWS = 1_048_575
BATCH = 1_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET, _BOOK = "worksheet", "workbook"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
#: What XML cannot hold, and what a spreadsheet would read as the number of a letter.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

Cells = Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, its head, its rows, and what every printed page says at its top."""

    title: str
    head: Cells
    rows: Iterator[Cells]
    marking: str


def sheets_of(title: str, head: Cells, rows: Iterable[Cells], marking: str, most: int = MOST_ROWS) -> Iterator[Sheet]:
    """The rows on one sheet, or on as many as they need; each must be read before the next is asked for."""
    left, number = iter(rows), 1
    first = next(left, None)
    yield Sheet(title, head, _from(first, islice(left, most - 1)), marking)
    while (first := next(left, None)) is not None:
        number += 1
        yield Sheet(f"{title} {number}", head, _from(first, islice(left, most - 1)), marking)


def _from(first: Cells | None, others: Iterator[Cells]) -> Iterator[Cells]:
    if first is not None:
        yield first
        yield from others


class _Sink:
    """Takes what the archive writes, and gives it on."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Keep a part until it is taken."""
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """All parts since the last time."""
        taken, self.parts = b"".join(self.parts), []
        return taken


def spreadsheet(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The file, part by part."""
    sink, titles = _Sink(), list[str]()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # written to, never sought in
        for sheet in sheets:
            titles.append(sheet.title)
            with archive.open(_entry(f"xl/worksheets/sheet{len(titles)}.xml"), "w", force_zip64=True) as file:
                file.write(_start(sheet).encode())
                while batch := list(islice(sheet.rows, BATCH)):
                    file.write("".join(map(_row, batch)).encode())
                    if len(sink.parts) > 8:
                        yield sink.take()
                file.write(_end(sheet).encode())
        for path, text in _frame(titles):
            archive.writestr(_entry(path), _XML + text)
    yield sink.take()


def _entry(path: str) -> ZipInfo:
    entry = ZipInfo(path)
    entry.compress_type = ZIP_DEFLATED
    return entry


def fit(text: str) -> str:
    """A text as XML and spreadsheets take it."""
    return escape(_CODED.sub("_x005F_", _UNFIT.sub("", text)))[:32_767]


def _row(cells: Cells) -> str:
    inner = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{fit(cell)}</t></is></c>' if cell else "<c/>" for cell in cells
    )
    return f"<row>{inner}</row>"


def _start(sheet: Sheet) -> str:
    columns = "".join(f'<col min="{n}" max="{n}" width="22" customWidth="1"/>' for n in range(1, len(sheet.head) + 1))
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_XML}<{_SHEET} xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{_row(sheet.head)}"
    )


def _end(sheet: Sheet) -> str:
    top = fit("&C" + sheet.marking.replace("&", "&&"))  # in the middle of each printed page
    return f"</sheetData><headerFooter><oddHeader>{top}</oddHeader></headerFooter></{_SHEET}>"


def _frame(titles: list[str]) -> Iterator[tuple[str, str]]:
    """What names the sheets and ties them together; it comes last, when their number is known."""
    numbers = range(1, len(titles) + 1)
    listed = "".join(
        f'<sheet name={quoteattr(t)} sheetId="{n}" r:id="r{n}"/>' for n, t in zip(numbers, titles, strict=True)
    )
    yield "xl/workbook.xml", f'<{_BOOK} xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></{_BOOK}>'
    tied = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{_SHEET}" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    yield "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{tied}</Relationships>'
    book = f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    yield "_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{book}</Relationships>'
    parts = "".join(
        f'<Override PartName="/xl/{_SHEET}s/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/{_BOOK}.xml" ContentType="{_KIND}.sheet.main+xml"/>{parts}</Types>'
        ),
    )
