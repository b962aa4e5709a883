"""Files as people send them, and as attackers do: really put together, byte by byte."""

import io
import struct
import zipfile
import zlib
from email.message import EmailMessage

WORDS = "Annex A: forwarders and house bills of the second quarter."
#: In two parts, so that no scanner takes this file for the test file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


_FONTS = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


# ── PDF ──────────────────────────────────────────────────────────────────────────────
def pdf(words: str = WORDS, *, objects: bytes = b"", catalogue: bytes = b"", packed: bool = True) -> bytes:
    """One page with these words."""
    text = words.encode("latin-1").replace(b"(", rb"\(").replace(b")", rb"\)")
    page = b"BT /F1 12 Tf 72 720 Td (" + text + b") Tj ET"
    body, how = (zlib.compress(page), b"/Filter /FlateDecode ") if packed else (page, b"")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b">>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources " + _FONTS + b" >>",
        b"<< " + how + b"/Length %d >>\nstream\n" % len(body) + body + b"\nendstream",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    out += objects
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def packed(data: bytes, number: int = 9) -> bytes:
    """An object of a PDF with packed content."""
    return b"%d 0 obj\n<< /Filter /FlateDecode >>\nstream\n%b\nendstream\nendobj\n" % (number, zlib.compress(data))


def pdf_in_letters_of_its_own(words: str) -> bytes:
    """A page whose font numbers its letters from 1, with the table that says which is which."""
    letters = sorted(set(words))
    numbers = {letter: number for number, letter in enumerate(letters, 1)}
    page = b"BT <" + "".join(f"{numbers[letter]:04x}" for letter in words).encode() + b"> Tj ET"
    pairs = "".join(f"<{number:04x}> <{ord(letter):04x}>\n" for letter, number in numbers.items()).encode()
    table = b"%d beginbfchar\n" % len(letters) + pairs + b"endbfchar"
    return pdf("", objects=packed(page, 7) + packed(table, 8))


# ── Pictures ─────────────────────────────────────────────────────────────────────────
def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*extra: bytes, width: int = 2, height: int = 2) -> bytes:
    """A red picture; further chunks stand before its pixels."""
    pixels = b"".join(b"\0" + b"\xc0\x10\x10" * min(width, 2) for _row in range(min(height, 2)))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def exif(*, turned: int = 6) -> bytes:
    """What a telephone notes: its maker, how it was held, and where it was (50° 51' N)."""
    ifd0 = struct.pack(">H", 3) + struct.pack(">HHII", 271, 2, 8, 50)
    ifd0 += struct.pack(">HHIHH", 274, 3, 1, turned, 0) + struct.pack(">HHII", 34853, 4, 1, 58) + bytes(4)
    gps = struct.pack(">H", 1) + struct.pack(">HHI", 2, 5, 3) + struct.pack(">I", 76) + bytes(4)
    place = struct.pack(">IIIIII", 50, 1, 51, 1, 0, 1)
    return b"MM\0*" + struct.pack(">I", 8) + ifd0 + b"Spyphone" + gps + place


#: One grey pixel block: quantisation, frame, Huffman tables and scan.
_TABLES = (
    b"\xff\xdb\x00\x43\x00" + bytes([16] * 64)
    + b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00"
    + b"\xff\xc4\x00\x14\x00\x01" + bytes(15) + b"\x00"
    + b"\xff\xc4\x00\x14\x10\x01" + bytes(15) + b"\x00"
)  # fmt: skip
_SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x3f"
_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg(*extra: bytes) -> bytes:
    """A grey square of eight by eight; further segments stand before its tables."""
    return b"\xff\xd8" + _JFIF + b"".join(extra) + _TABLES + _SCAN + b"\xff\xd9"


def photo() -> bytes:
    """As from a telephone: place, maker, comment."""
    return jpeg(segment(0xE1, b"Exif\0\0" + exif()), segment(0xFE, b"taken by Jane Doe"))


def tiff(order: str = "<", artist: bytes = b"Jane Doe") -> bytes:
    """Two by two grey pixels, with the name of whoever made it."""
    name = artist + b"\0"
    fields = [
        (256, 3, 1, 2), (257, 3, 1, 2), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
        (277, 3, 1, 1), (278, 3, 1, 2), (279, 4, 1, 4), (315, 2, len(name), 12),
    ]  # fmt: skip
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 12 + len(name) + len(name) % 2)
    out += b"\x10\x20\x30\x40" + name + bytes(len(name) % 2) + struct.pack(f"{order}H", len(fields))
    for tag, kind, count, value in fields:
        shown = struct.pack(f"{order}HH", value, 0) if kind == 3 else struct.pack(f"{order}I", value)
        out += struct.pack(f"{order}HHI", tag, kind, count) + shown
    return out + bytes(4)


# ── Office files ─────────────────────────────────────────────────────────────────────
_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def office(kind: str = "docx", words: str = WORDS, **entries: bytes) -> bytes:
    """An office file; `entries` are further files inside, by their path with dots for slashes after the first."""
    first = {"docx": "word/document.xml", "xlsx": "xl/sharedStrings.xml", "pptx": "ppt/slides/slide1.xml"}[kind]
    inside = {"[Content_Types].xml": _TYPES, _MAIN[kind]: b"<x/>", first: f"<x><t>{words}</t></x>".encode()}
    return archive(inside | {name: data for name, data in entries.items() if data is not None})


def archive(inside: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in inside.items():
            made.writestr(name, data)
    return out.getvalue()


def locked(content: bytes) -> bytes:
    """The archive with every entry said to be encrypted, in both places that say so."""
    out = bytearray(content)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + flags] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


# ── Mail ─────────────────────────────────────────────────────────────────────────────
def mail(words: str = WORDS, **attached: bytes) -> bytes:
    """A mail with files, by their names with _ for the dot."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@example.eu", "b@example.eu", "House bills"
    letter.set_content(words)
    for name, data in attached.items():
        letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return letter.as_bytes()
