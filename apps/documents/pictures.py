"""PNG and JPEG: every part is looked at, and only what shows the picture is kept.

The picture itself is not touched, so that an X-ray image stays the evidence that it is; and no pixel is
decoded, so that no decoder can be attacked.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.documents import tiff
from apps.documents.kinds import unfit
from apps.documents.tiff import damaged
from apps.kernel.refusals import Refused

MARKUP = re.compile(rb"<(?:script|html|svg|iframe|\?php|!doctype)", re.IGNORECASE)
# ── PNG ──────────────────────────────────────────────────────────────────────────────
PNG_HEAD = 8
PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs",
}  # fmt: skip
PNG_ABOUT = {b"eXIf": "EXIF", b"tEXt": "TEXT", b"zTXt": "TEXT", b"iTXt": "TEXT", b"tIME": "TEXT"}
# ── JPEG ─────────────────────────────────────────────────────────────────────────────
SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
#: The size of the picture stands in these.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
JPEG_KEPT = FRAMES | {0xC4, 0xCC, 0xDB, 0xDD, 0xDC, SOS}
NEXT = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")


def check_markup(data: bytes) -> None:
    """Refuse a picture that a browser could take for a page."""
    if MARKUP.search(data):
        raise unfit(_("Text of a web page or a script is hidden in the picture."))


def hidden() -> Refused:
    """Something follows the end of the picture."""
    return unfit(_("Something else is hidden behind the end of the picture."))


def check_size(width: int, height: int) -> None:
    """Refuse pictures that would fill the memory of whoever opens them."""
    if not 0 < width * height <= tiff.MOST_PIXELS:
        raise unfit(_("The picture is empty or too large to be shown."))


def stripped_png(data: bytes) -> tuple[bytes, set[str]]:
    """The picture alone, and what else there was."""
    out, removed, names = bytearray(data[:PNG_HEAD]), set(), []
    for name, whole in _chunks(data):
        names.append(name)
        if name == b"IHDR" and len(whole) == 25:
            check_size(*struct.unpack_from(">II", whole, 8))
        if name in PNG_KEPT:
            out += whole
        else:
            removed.add(PNG_ABOUT.get(name, "OTHER"))
            removed |= notes_in(whole[8:-4]) if name == b"eXIf" else set()
    if names[:1] != [b"IHDR"] or b"IDAT" not in names:
        raise damaged()
    return bytes(out), removed


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = PNG_HEAD
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        whole = data[at : at + 12 + length]
        if len(whole) != 12 + length or zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:]):
            raise damaged()
        yield name, whole
        at += len(whole)
        if name == b"IEND":
            if at != len(data):
                raise hidden()
            return
    raise damaged()


def stripped_jpeg(data: bytes) -> tuple[bytes, set[str]]:
    """The picture alone, turned the way it was, and what else there was."""
    removed: set[str] = set()
    head, body, turned = bytearray(b"\xff\xd8"), bytearray(), 1
    for marker, whole in _segments(data, removed):
        if marker in FRAMES and len(whole) > 9:
            height, width = struct.unpack_from(">HH", whole, 5)
            check_size(width, height)
        if marker in JPEG_KEPT or _is_colour(marker, whole):
            body += whole
        elif whole[4:9] == b"JFIF\0":
            head += b"\xff\xe0\x00\x10" + whole[4:16].ljust(12, b"\0") + b"\0\0"  # without its small preview
        else:
            removed |= _about(marker, whole)
            turned = orientation(whole[10:]) if whole[4:10] == b"Exif\0\0" else turned
    return bytes(head + _turn(turned) + body) + b"\xff\xd9", removed


def _is_colour(marker: int, whole: bytes) -> bool:
    return (marker == 0xE2 and whole[4:16] == b"ICC_PROFILE\0") or (marker == 0xEE and whole[4:9] == b"Adobe")


def _about(marker: int, whole: bytes) -> set[str]:
    if whole[4:10] == b"Exif\0\0":
        return {"EXIF"} | notes_in(whole[10:])
    return {"TEXT"} if marker in {0xE1, 0xED, 0xFE} else {"OTHER"}


def _segments(data: bytes, removed: set[str]) -> Iterator[tuple[int, bytes]]:
    """Each part of the picture up to its end; what follows the end must be another small picture or nothing."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == SOS:
            found = NEXT.search(data, end)
            end = found.start() if found else len(data)
        yield marker, data[at:end]
        at = end
        if data[at : at + 2] == b"\xff\xd9":
            _check_rest(data[at + 2 :], removed)
            return
    raise damaged()


def _check_rest(rest: bytes, removed: set[str]) -> None:
    """Telephones put a second picture behind the first: it is cut off. Anything else is hidden there."""
    if rest.startswith(b"\xff\xd8\xff"):
        removed.add("OTHER")
    elif rest.strip(b"\0"):
        raise hidden()


def notes_in(exif: bytes) -> set[str]:
    """Whether the notes of a camera also say where it was."""
    return {"GPS"} if tiff.GPS in _first_page(exif) else set()


def orientation(exif: bytes) -> int:
    """Which way up the camera was held, 1 to 8."""
    found = _first_page(exif).get(tiff.ORIENTATION)
    return int.from_bytes(found.data[:2], "little" if exif[:2] == b"II" else "big") if found else 1


def _first_page(exif: bytes) -> dict[int, tiff.Field]:
    try:
        return tiff.Reader(exif).pages()[0] if exif[:2] in {b"II", b"MM"} else {}
    except (Refused, IndexError):
        return {}  # notes that nobody can read say nothing; they are removed all the same


def _turn(way: int) -> bytes:
    """The only note that is written back: which way up."""
    if not 2 <= way <= 8:
        return b""
    note = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, tiff.ORIENTATION, tiff.SHORT, 1, way, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note
