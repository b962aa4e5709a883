"""Office files are archives: opened with a budget, read whole, refused when they hold what a document does not."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from apps.documents.kinds import ARCHIVES, FileType, unfit
from apps.kernel.refusals import Refused

MOST_ENTRIES = 5_000
MOST_BYTES = 100 * 2**20
#: Spreadsheets shrink to a fiftieth; bombs to a thousandth.
MOST_RATIO = 200
FROM_BYTES = 2**20
#: What reading an archive may raise, whatever was done to it.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError, RuntimeError,
)  # fmt: skip
MAIN = {
    "word/document.xml": FileType.DOCX,
    "xl/workbook.xml": FileType.XLSX,
    "ppt/presentation.xml": FileType.PPTX,
}
#: Where the words of the first page stand.
FIRST = re.compile(
    r"word/(document|header\d*|footer\d*)\.xml|xl/(sharedStrings|worksheets/sheet1)\.xml|ppt/slides/slide1\.xml"
)
EMBEDDED = re.compile(r"/(embeddings|activeX|ctrlProps)/|vbaProject|oleObject", re.IGNORECASE)
MACROS = re.compile(r"vbaProject|vbaData|macroEnabled", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
BREAK = re.compile(r"</(?:w:p|a:p|si|c)>")
OUTSIDE = re.compile(rb"<Relationship\b[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>")


def office_type(content: bytes) -> FileType:
    """Which kind of office document an archive is, from its list of entries; other archives are refused."""
    names = set(_opened(content).namelist())
    for main, kind in MAIN.items():
        if main in names and "[Content_Types].xml" in names:
            return kind
    raise unfit(_("Archives cannot be attached: attach the files one by one."))


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except DAMAGE as error:
        raise unfit(_("The file is damaged and cannot be opened.")) from error
    if archive.comment or not content.endswith(b"\x00\x00") or content[-22:-18] != b"PK\x05\x06":
        raise unfit(_("Something else is hidden behind the end of the document."))
    return archive


def examine(content: bytes, look: Callable[[bytes], None]) -> str:
    """The words of the first page; `look` sees every entry unpacked. Refuses what may not be inside."""
    archive = _opened(content)
    entries = archive.infolist()
    _check_list(entries, len(content))
    words = ""
    for entry, data in _unpacked(archive, entries):
        _check_entry(entry.filename, data)
        look(data)
        if FIRST.fullmatch(entry.filename):
            words += TAG.sub("", BREAK.sub("\n", data[: 2**20].decode("utf-8", "replace"))) + "\n"
    return words


def _check_list(entries: list[zipfile.ZipInfo], size: int) -> None:
    """What the list of entries says of itself; `_unpacked` sees whether it lied."""
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise unfit(_("The document is protected by a password: save it without one."))
    if any(MACROS.search(name) for name in names):
        raise unfit(_("The document contains macros: save it without them."))
    if any(EMBEDDED.search(name) for name in names):
        raise unfit(_("The document has other files embedded in it: attach these on their own."))
    if len(names) != len(set(names)) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise unfit(_("The document is not put together as Office does it."))
    if not entries or min(entry.header_offset for entry in entries) != 0:
        raise unfit(_("Something else is hidden before the document."))
    total, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or packed > size:
        raise _bomb()
    _check_size(total, size)


def _check_size(total: int, size: int) -> None:
    if total > MOST_BYTES or (total > FROM_BYTES and total > MOST_RATIO * size):
        raise _bomb()


def _bomb() -> Refused:
    return unfit(_("The file would unpack to an enormous size: such files are made to break systems."))


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Each entry with its content, whatever size it had announced."""
    for entry in entries:
        try:
            with archive.open(entry) as source:
                data = source.read(entry.file_size + 1)
        except DAMAGE as error:
            raise unfit(_("The file is damaged and cannot be opened.")) from error
        if len(data) != entry.file_size:
            raise _bomb()
        yield entry, data


def _check_entry(name: str, data: bytes) -> None:
    if data.startswith(ARCHIVES):
        raise unfit(_("The document has another archive inside: attach it on its own."))
    if data.startswith((b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        raise unfit(_("The document has other files embedded in it: attach these on their own."))
    if name == "[Content_Types].xml" and MACROS.search(data.decode("utf-8", "replace")):
        raise unfit(_("The document contains macros: save it without them."))
    if name.endswith(".rels") and (len(data) > FROM_BYTES or _loads_from_elsewhere(data)):
        raise unfit(_("The document loads parts from another place when it is opened: save it with them inside."))


def _loads_from_elsewhere(relations: bytes) -> bool:
    """Whether anything but a link to click on points out of the document."""
    return any(b"/hyperlink" not in relation for relation in OUTSIDE.findall(relations))
