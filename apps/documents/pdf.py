"""PDF: one document and nothing else, that does nothing by itself; and the words of its first page."""

import base64
import re
import zlib
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from apps.documents.classified import FIRST_PAGE
from apps.documents.kinds import unfit
from apps.kernel.refusals import Refused

#: What the packed objects of a document may come to; pictures are not counted, nobody unpacks them here.
MOST_BYTES = 100 * 2**20
ENOUGH_BYTES, MOST_FONTS, MOST_STREAMS = 200_000, 12, 50_000
IMAGE = re.compile(rb"/Subtype\s*/Image\b")
#: What an object stream cannot be packed with if its objects are to be looked at.
ODD = re.compile(rb"/(?:LZW|RunLength|Crypt)\w*|FlateDecode.*FlateDecode", re.DOTALL)
NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE)\b|/XFA[\s\[]")
ENCRYPTED = re.compile(rb"/Encrypt\b")
STRING = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)|<[0-9A-Fa-f\s]*>"
SHOWN = re.compile(rb"\[((?:" + STRING + rb"|[-\d.\s])*)\]\s*TJ|(" + STRING + rb")\s*(?:Tj|'|\")", re.DOTALL)
PIECE = re.compile(rb"(" + STRING + rb")|(-?\d+)", re.DOTALL)
PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
RANGE = re.compile(rb"<([0-9A-Fa-f]{1,4})>\s*<([0-9A-Fa-f]{1,4})>\s*<([0-9A-Fa-f]{1,4})>")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}


def examine(content: bytes, look: Callable[[bytes], None]) -> str:
    """The words of the first page as far as they can be read; `look` sees whatever was unpacked."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise unfit(_("The PDF has no end: it is damaged or was not copied whole."))
    if content[end + 5 :].strip(b"\r\n\t \x00"):
        raise unfit(_("Something else is hidden behind the end of the document."))
    _check_names(content)
    pages, fonts, total = b"", [], 0
    for head, data in _streams(content):
        total += len(data)
        if total > MOST_BYTES:
            raise unfit(_("The file would unpack to an enormous size: such files are made to break systems."))
        _check_names(data)
        if b"/ObjStm" in head and ODD.search(head):
            raise _active()
        look(data)
        if b"beginbf" in data:
            fonts.append(letters_of(data[:ENOUGH_BYTES]))
        elif len(pages) < ENOUGH_BYTES and b"BT" in data:
            pages += data + b"\n"
    # Which font a text is set in is not followed: the page is read once with each, and as plain letters.
    readings = [words_in(pages[:ENOUGH_BYTES], letters) for letters in ({}, *fonts[:MOST_FONTS])]
    return "\n".join(reading[:FIRST_PAGE] for reading in readings)


def _check_names(objects: bytes) -> None:
    """Refuse a document that is locked or that would act when it is opened."""
    plain = _spelt_out(objects)
    if ENCRYPTED.search(plain):
        raise unfit(_("The PDF is protected by a password or by rights: save it without."))
    if ACTIVE.search(plain):
        raise _active()


def _active() -> Refused:
    return unfit(_("The PDF contains scripts, commands or other files: print it to a new PDF and attach that."))


def _spelt_out(objects: bytes) -> bytes:
    """Names may write any letter by its number."""
    return NAME.sub(lambda found: bytes([int(found[1], 16)]), objects)


def _bodies(content: bytes) -> Iterator[tuple[int, int]]:
    """From where to where each stream reaches; one walk through the file, however it is made."""
    at = 0
    while (start := content.find(b"stream", at)) >= 0:
        at = start + 6
        if content[start - 3 : start] == b"end" or content[at : at + 1] not in {b"\r", b"\n"}:
            continue
        body = at + (2 if content[at : at + 2] == b"\r\n" else 1)
        end = content.find(b"endstream", body)
        if end < 0:
            return
        yield body, end
        at = end + 9


def _streams(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The packed streams that are no pictures, each with its dictionary, at most as long as is allowed."""
    for number, (body, end) in enumerate(_bodies(content)):
        if number > MOST_STREAMS:
            raise unfit(_("The PDF has more parts than can be looked at."))
        before = content[max(0, body - 2_000) : body]
        head = _spelt_out(before[before.rfind(b"obj") + 3 :])
        if IMAGE.search(head) and b"/ObjStm" not in head:
            continue
        if b"/FlateDecode" not in head:
            yield head, content[body:end]
            continue
        try:
            packed = _from_letters(head, content[body:end])
            yield head, zlib.decompressobj().decompress(packed, MOST_BYTES + 1)
        except (zlib.error, ValueError):
            continue  # a stream that no reader can unpack shows nothing either


def _from_letters(head: bytes, data: bytes) -> bytes:
    """What was written in letters before it was packed, as some programs do."""
    if b"/ASCII85Decode" in head:
        return base64.a85decode(data.strip().removeprefix(b"<~").removesuffix(b"~>"))
    if b"/ASCIIHexDecode" in head:
        return bytes.fromhex(data.strip().removesuffix(b">").decode("latin-1"))
    return data


def letters_of(table: bytes) -> dict[int, str]:
    """Which letters the numbers of a font stand for, as the font's own table says (ToUnicode)."""
    letters: dict[int, str] = {}
    for number, letter in PAIR.findall(_parts(table, b"bfchar")):
        letters[int(number, 16)] = _utf16(letter)
    for first, last, letter in RANGE.findall(_parts(table, b"bfrange")):
        start, length = int(first, 16), int(last, 16) - int(first, 16)
        for step in range(min(length, 255) + 1):
            letters[start + step] = chr((int(letter, 16) + step) % 0x10000)
    return letters


def _parts(table: bytes, name: bytes) -> bytes:
    """What stands between begin and end of this name, joined."""
    return b" ".join(part.partition(b"end" + name)[0] for part in table.split(b"begin" + name)[1:])


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()[: len(digits) // 2 * 2]).decode("utf-16-be", "replace")


def words_in(page: bytes, letters: dict[int, str]) -> str:
    """The text that the operators of a page show, in a font with these letters; without any, in plain ones."""
    found = []
    for row, single in (match.groups() for match in SHOWN.finditer(page[: 2**20])):
        if row is None:
            found.append(_text(single, letters))
            continue
        pieces = PIECE.findall(row)
        found.append("".join(_text(text, letters) if text else " " if int(gap) < -200 else "" for text, gap in pieces))
    return " ".join(found)


def _text(written: bytes, letters: dict[int, str]) -> str:
    """A string of a page: two bytes a letter where the font has a table, else one."""
    data = _bytes_of(written)
    if letters:
        pairs = zip(data[::2], data[1::2], strict=False)
        return "".join(letters.get(high << 8 | low, "") for high, low in pairs)
    return data.decode("latin-1")


def _bytes_of(written: bytes) -> bytes:
    """The bytes of a string, from its brackets or its hexadecimal digits."""
    if written.startswith(b"<"):
        digits = re.sub(rb"\s", b"", written[1:-1])
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    return re.sub(
        rb"\\([0-7]{1,3}|.)",
        lambda e: bytes([int(e[1], 8) & 255]) if e[1][:1].isdigit() and e[1] < b"8" else ESCAPES.get(e[1], e[1]),
        written[1:-1],
        flags=re.DOTALL,
    )
