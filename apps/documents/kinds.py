"""Which files are taken, and how each is known by its first bytes. What is not in these tables is refused."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.refusals import Kind, Refusal, Refused


class FileType(models.TextChoices):
    """The types that an attachment may have."""

    PDF = "PDF", "PDF"
    PNG = "PNG", "PNG"
    JPEG = "JPEG", "JPEG"
    TIFF = "TIFF", "TIFF"
    DOCX = "DOCX", "DOCX"
    XLSX = "XLSX", "XLSX"
    PPTX = "PPTX", "PPTX"
    CSV = "CSV", "CSV"
    TXT = "TXT", "TXT"
    EML = "EML", "EML"


@dataclass(frozen=True)
class Accepted:
    """How one type is named and served."""

    extensions: tuple[str, ...]
    media: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED: dict[FileType, Accepted] = {
    FileType.PDF: Accepted(("pdf",), "application/pdf"),
    FileType.PNG: Accepted(("png",), "image/png"),
    FileType.JPEG: Accepted(("jpg", "jpeg"), "image/jpeg"),
    FileType.TIFF: Accepted(("tif", "tiff"), "image/tiff"),
    FileType.DOCX: Accepted(("docx",), f"{_OFFICE}.wordprocessingml.document"),
    FileType.XLSX: Accepted(("xlsx",), f"{_OFFICE}.spreadsheetml.sheet"),
    FileType.PPTX: Accepted(("pptx",), f"{_OFFICE}.presentationml.presentation"),
    FileType.CSV: Accepted(("csv",), "text/csv; charset=utf-8"),
    FileType.TXT: Accepted(("txt",), "text/plain; charset=utf-8"),
    FileType.EML: Accepted(("eml",), "message/rfc822"),
}
PICTURES = {FileType.PNG, FileType.JPEG, FileType.TIFF}
OFFICE = {FileType.DOCX, FileType.XLSX, FileType.PPTX}
TEXTS = {FileType.CSV, FileType.TXT, FileType.EML}

ZIP = b"PK\x03\x04"
MAGIC: dict[bytes, FileType] = {
    b"%PDF-": FileType.PDF,
    b"\x89PNG\r\n\x1a\n": FileType.PNG,
    b"\xff\xd8\xff": FileType.JPEG,
    b"II*\x00": FileType.TIFF,
    b"MM\x00*": FileType.TIFF,
}
_PROGRAM = _("Programs cannot be attached.")
_ARCHIVE = _("Archives cannot be attached: attach the files one by one.")
_OLD_OFFICE = _(
    "This is an Office file of the old format, or one protected by a password:"
    " save it as DOCX, XLSX or PPTX without a password."
)
KNOWN_UNFIT: dict[bytes, str | Promise] = {
    b"MZ": _PROGRAM,
    b"\x7fELF": _PROGRAM,
    b"\xca\xfe\xba\xbe": _PROGRAM,
    b"#!": _PROGRAM,
    b"Rar!": _ARCHIVE,
    b"7z\xbc\xaf\x27\x1c": _ARCHIVE,
    b"\x1f\x8b": _ARCHIVE,
    b"BZh": _ARCHIVE,
    b"\xfd7zXZ\x00": _ARCHIVE,
    b"PK\x05\x06": _ARCHIVE,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _OLD_OFFICE,
}
#: Beginnings that make a file inside another one an archive.
ARCHIVES = (ZIP, b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
EXTENSIONS = [extension for accepted in ACCEPTED.values() for extension in accepted.extensions]


def unfit(reason: str | Promise, *, field: str = "upload") -> Refused:
    """A refusal of a file, at the field where it was chosen."""
    return Refused(Refusal(reason, Kind.RULE, field))


def by_magic(content: bytes) -> FileType | None:
    """The type whose first bytes the content has; None for what may be text. Archives are asked elsewhere."""
    for magic, reason in KNOWN_UNFIT.items():
        if content.startswith(magic):
            raise unfit(reason)
    return next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)


def extension_of(name: str) -> str:
    """What follows the last dot, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""
