"""TIFF, and the notes of cameras, which have the same shape: read with care, written anew with only the picture."""

import struct
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.documents.kinds import unfit
from apps.kernel.refusals import Refused

MOST_PAGES, MOST_PIXELS = 500, 250_000_000
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
SHORT, LONG = 3, 4
WIDTH, HEIGHT, COMPRESSION, ORIENTATION = 256, 257, 259, 274
#: Where the picture lies and how long its pieces are: strips and tiles.
PIECES = {273: 279, 324: 325}
#: What is needed to show the picture, its size on paper and its colours.
KEPT = {
    254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 282, 283, 284, 290, 291, 292, 293, 296, 297,
    301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 334, 338, 339, 340, 341, 347, 529, 530, 531, 532, 34675,
}  # fmt: skip
#: What a removed field was about; all others are "other".
EXIF, GPS = 34665, 34853
ABOUT = {EXIF: "EXIF", GPS: "GPS"} | dict.fromkeys(
    (269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377), "TEXT"
)


@dataclass(frozen=True)
class Field:
    """One field of a page: its type, how many values, and their bytes."""

    kind: int
    count: int
    data: bytes


def damaged() -> Refused:
    """The picture cannot be read."""
    return unfit(_("The file is damaged and cannot be opened."))


class Reader:
    """The pages of a TIFF, each a table of fields."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.order = "<" if data[:2] == b"II" else ">"

    def unpack(self, letter: str, at: int) -> int:
        """One number at a place."""
        try:
            return int(struct.unpack_from(self.order + letter, self.data, at)[0])
        except struct.error as error:
            raise damaged() from error

    def pages(self) -> list[dict[int, Field]]:
        """Every page, in order."""
        found: list[dict[int, Field]] = []
        seen, at = set(), self.unpack("I", 4)
        while at:
            if at in seen or len(found) >= MOST_PAGES:
                raise damaged()
            seen.add(at)
            count = self.unpack("H", at)
            found.append(dict(self.field(at + 2 + 12 * n) for n in range(count)))
            at = self.unpack("I", at + 2 + 12 * count)
        return found

    def field(self, at: int) -> tuple[int, Field]:
        """One field with its number."""
        tag, kind, count = self.unpack("H", at), self.unpack("H", at + 2), self.unpack("I", at + 4)
        length = SIZES.get(kind, 0) * count
        start = at + 8 if length <= 4 else self.unpack("I", at + 8)
        if start + length > len(self.data):
            raise damaged()
        return tag, Field(kind, count, self.data[start : start + length])

    def numbers(self, field: Field) -> list[int]:
        """The values of a field of whole numbers."""
        letter = {SHORT: "H", LONG: "I", 1: "B"}.get(field.kind)
        if letter is None:
            raise damaged()
        return list(struct.unpack(f"{self.order}{field.count}{letter}", field.data))


def stripped(data: bytes) -> tuple[bytes, set[str]]:
    """The picture alone, all its pages, and what else there was."""
    reader = Reader(data)
    out, removed, last = bytearray(data[:4] + bytes(4)), set(), 4
    pages = reader.pages()
    if not pages:
        raise damaged()
    for page in pages:
        removed |= {ABOUT.get(tag, "OTHER") for tag in page if tag not in KEPT}
        _check(reader, page)
        last = _write(reader, {tag: field for tag, field in page.items() if tag in KEPT}, out, last)
        if len(out) > 2 * len(data) + 2**16:
            raise damaged()
    return bytes(out), removed


def _check(reader: Reader, page: dict[int, Field]) -> None:
    size = [reader.numbers(page[tag])[0] if tag in page and page[tag].count else 0 for tag in (WIDTH, HEIGHT)]
    if not 0 < size[0] * size[1] <= MOST_PIXELS:
        raise unfit(_("The picture is empty or too large to be shown."))
    if not any(offsets in page and lengths in page for offsets, lengths in PIECES.items()):
        raise damaged()


def _write(reader: Reader, page: dict[int, Field], out: bytearray, link: int) -> int:
    """Write one page behind the others and link it; returns where the link to the next page stands."""
    for offsets, lengths in PIECES.items():
        if offsets in page and lengths in page:
            page = page | {offsets: _move(reader, page[offsets], page[lengths], out)}
    places: dict[int, bytes] = {}
    for tag, field in page.items():
        places[tag] = field.data.ljust(4, b"\0") if len(field.data) <= 4 else _append(reader, out, field.data)
    struct.pack_into(f"{reader.order}I", out, link, _even(out))
    out += struct.pack(f"{reader.order}H", len(page))
    for tag in sorted(page):
        out += struct.pack(f"{reader.order}HHI", tag, page[tag].kind, page[tag].count) + places[tag]
    out += bytes(4)
    return len(out) - 4


def _move(reader: Reader, offsets: Field, lengths: Field, out: bytearray) -> Field:
    """Copy the pieces of the picture; gives the field of their new places."""
    moved: list[int] = []
    if offsets.count != lengths.count:
        raise damaged()
    for start, length in zip(reader.numbers(offsets), reader.numbers(lengths), strict=True):
        if start + length > len(reader.data) or len(out) > 2 * len(reader.data) + 2**16:
            raise damaged()
        moved.append(_even(out))
        out += reader.data[start : start + length]
    return Field(LONG, len(moved), struct.pack(f"{reader.order}{len(moved)}I", *moved))


def _append(reader: Reader, out: bytearray, data: bytes) -> bytes:
    at = _even(out)
    out += data
    return struct.pack(f"{reader.order}I", at)


def _even(out: bytearray) -> int:
    """The next place, which must be even."""
    if len(out) % 2:
        out += b"\0"
    return len(out)
