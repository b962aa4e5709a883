"""Reading a CSV file, plain or compressed, one line at a time, so that a bad line costs only itself."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.reference.report import Report, TableError

GZIP_MAGIC = b"\x1f\x8b"
# Letters that UTF-8 read as Windows-1252 begins with: "Ã©" where "é" was meant.
DOUBLY_ENCODED = re.compile(r"[ÂÃâ][\u0080-\u00bf\u0152-\u0178\u2013-\u20ac\u2122]")


@contextmanager
def opened(path: Path) -> Iterator[Iterable[bytes]]:
    """The bytes of a file, unpacked if it is a gzip archive whatever its name."""
    with path.open("rb") as plain:
        packed = plain.read(2) == GZIP_MAGIC
        plain.seek(0)
        if not packed:
            yield plain
            return
        with gzip.open(plain) as unpacked:
            yield unpacked


def rows(
    source: Iterable[bytes], columns: tuple[str, ...], report: Report, *, begins: re.Pattern[bytes] | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields of every readable row; the unreadable ones go to the report.

    With `begins` a row may have several lines, in quotation marks, until one that begins the next row.
    """
    numbered = _lines(source, report) if begins is None else _records(_lines(source, report), begins)
    heading = _heading(next(numbered, (1, b""))[1])
    if missing := [name for name in columns if name not in heading]:
        raise TableError(f"The heading lacks: {', '.join(missing)}.")
    for number, raw in numbered:
        if not raw.strip():
            continue
        try:
            fields = next(csv.reader([_text(raw)], strict=True))
        except (UnicodeDecodeError, ValueError, csv.Error) as bad:
            report.reject(number, "line", _reason(bad), hides_code=True)
            continue
        if len(fields) != len(heading):
            reason = f"{len(fields)} fields where the heading has {len(heading)}"
            report.reject(number, "line", reason, hides_code=True)
            continue
        yield number, dict(zip(heading, (value.strip() for value in fields), strict=True))


def _lines(source: Iterable[bytes], report: Report) -> Iterator[tuple[int, bytes]]:
    """The numbered lines of a file; an archive that ends early is reported where it ends."""
    number = 0
    try:
        for number, raw in enumerate(source, start=1):
            yield number, raw
    except (EOFError, OSError, zlib.error):
        report.reject(number + 1, "file", "the file is damaged or ends early here", hides_code=True)


def _records(numbered: Iterable[tuple[int, bytes]], begins: re.Pattern[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines joined while a quotation mark is open, each with the number of its first.

    Where a mark is never closed, only its own row is lost: the next one is known by its beginning.
    """
    start, held = 0, b""
    for number, raw in numbered:
        if held and begins.match(raw):
            yield start, held
            held = b""
        start, held = (start, held + raw) if held else (number, raw)
        if held.count(b'"') % 2 == 0:
            yield start, held
            held = b""
    if held:
        yield start, held


def _heading(raw: bytes) -> list[str]:
    """The column names of the first line, with or without byte order mark."""
    try:
        return next(csv.reader([raw.decode("utf-8-sig")]), [])
    except UnicodeDecodeError as bad:
        raise TableError("The heading is not UTF-8 text.") from bad


def _text(raw: bytes) -> str:
    """A line as text; refused when it is not UTF-8, was encoded twice or lost letters on its way."""
    text = raw.decode("utf-8").rstrip("\r\n")
    if "\ufffd" in text or "\0" in text:
        raise ValueError("letters were lost before this file was written (replacement character)")
    if found := DOUBLY_ENCODED.search(text):
        raise ValueError(f'"{found[0]}" is the mark of text encoded twice; write the file as UTF-8 once')
    return text


def _reason(bad: Exception) -> str:
    """Why a line could not be read, for the person who has to mend it."""
    if isinstance(bad, UnicodeDecodeError):
        return f"not UTF-8 at byte {bad.start + 1} (0x{bad.object[bad.start]:02x})"
    if isinstance(bad, csv.Error):
        return "a quotation mark is not closed or stands in the wrong place"
    return str(bad)
