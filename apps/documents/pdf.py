"""PDF: one document and nothing else, that does nothing by itself; and the words of its first page."""

import re
import zlib
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from apps.documents.kinds import unfit

#: What the packed objects of a document may come to; pictures are not counted, nobody unpacks them here.
MOST_BYTES = 100 * 2**20
ENOUGH_WORDS = 6_000
STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream", re.DOTALL)
NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)\b")
ENCRYPTED = re.compile(rb"/Encrypt\b")
STRING = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)|<[0-9A-Fa-f\s]*>"
SHOWN = re.compile(rb"\[((?:" + STRING + rb"|[-\d.\s]+)*)\]\s*TJ|(" + STRING + rb")\s*(?:Tj|'|\")", re.DOTALL)
PIECE = re.compile(rb"(" + STRING + rb")|(-?\d+)", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}


def examine(content: bytes, look: Callable[[bytes], None]) -> str:
    """The words of the first page as far as they can be read; `look` sees whatever was unpacked."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise unfit(_("The PDF has no end: it is damaged or was not copied whole."))
    if content[end + 5 :].strip(b"\r\n\t \x00"):
        raise unfit(_("Something else is hidden behind the end of the document."))
    _check_names(STREAM.sub(b" ", content))
    words, total = "", 0
    for head, data in _streams(content):
        total += len(data)
        if total > MOST_BYTES:
            raise unfit(_("The file would unpack to an enormous size: such files are made to break systems."))
        if b"/ObjStm" in head:
            _check_names(data)
        look(data)
        if len(words) < ENOUGH_WORDS and b"BT" in data:
            words += words_in(data) + "\n"
    return words


def _check_names(objects: bytes) -> None:
    """Refuse a document that is locked or that would act when it is opened."""
    plain = NAME.sub(lambda found: bytes([int(found[1], 16)]), objects)
    if ENCRYPTED.search(plain):
        raise unfit(_("The PDF is protected by a password or by rights: save it without."))
    if ACTIVE.search(plain):
        raise unfit(_("The PDF contains scripts, commands or other files: print it to a new PDF and attach that."))


def _streams(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The packed streams that are no pictures, each with its dictionary, at most as long as is allowed."""
    for found in STREAM.finditer(content):
        before = content[max(0, found.start() - 2_000) : found.start()]
        head = before[before.rfind(b"obj") + 3 :]
        if b"/Image" in head:
            continue
        if b"/FlateDecode" not in head and b"/Fl " not in head:
            yield head, found[1]
            continue
        try:
            yield head, zlib.decompressobj().decompress(found[1], MOST_BYTES + 1)
        except zlib.error:
            continue  # a stream that no reader can unpack shows nothing either


def words_in(page: bytes) -> str:
    """The text that the operators of a page show. Fonts that count their own letters cannot be read."""
    found = []
    for row, single in (match.groups() for match in SHOWN.finditer(page[: 2**20])):
        if row is None:
            found.append(_text(single))
            continue
        pieces = PIECE.findall(row)
        found.append("".join(_text(text) if text else " " if int(gap) < -200 else "" for text, gap in pieces))
    return " ".join(found)


def _text(written: bytes) -> str:
    """A string of a page, from its brackets or its hexadecimal digits."""
    if written.startswith(b"<"):
        digits = re.sub(rb"\s", b"", written[1:-1])
        data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        return data.decode("utf-16-be" if data[:1] == b"\x00" else "latin-1", "replace")
    bare = re.sub(
        rb"\\([0-7]{1,3}|.)",
        lambda e: bytes([int(e[1], 8) & 255]) if e[1][:1].isdigit() and e[1] < b"8" else ESCAPES.get(e[1], e[1]),
        written[1:-1],
        flags=re.DOTALL,
    )
    return bare.decode("latin-1")
