"""Every file is looked through before it is kept: name, size, type, what is inside, malware, markings."""

import hashlib
import io
import unicodedata
import zipfile
from dataclasses import dataclass, field

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from apps.documents import archives, classified, pdf, pictures, scanner, texts, tiff
from apps.documents.kinds import (
    ACCEPTED,
    EXTENSIONS,
    OFFICE,
    PICTURES,
    ZIP,
    FileType,
    by_magic,
    extension_of,
    unfit,
)  # fmt: skip

LONGEST_NAME = 120
#: Fewer letters than these on the first page mean that its text could not be read.
FEWEST_LETTERS = 20


@dataclass(frozen=True)
class Examined:
    """A file that may be kept, as it will be kept. Only `examine` makes these."""

    name: str
    kind: FileType
    content: bytes
    received_sha256: str
    scanner: str
    removed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """The checksum of what is kept."""
        return hashlib.sha256(self.content).hexdigest()


def examine(name: str, content: bytes, *, size: int | None = None) -> Examined:
    """What will be kept of a file that somebody gives, or a refusal that says why nothing is.

    `size` is the true size where the content was cut off because it is too large.
    """
    name = clean_name(name)
    check_size(len(content) if size is None else size)
    kind, kept, removed, words = _look_inside(name, content)
    by = scanner.scan(content)
    warnings = ["EU_WORDS"] if classified.check(f"{name}\n{words}") else []
    if kind not in PICTURES and sum(letter.isalpha() for letter in words) < FEWEST_LETTERS:
        warnings.append("NO_TEXT")
    received = hashlib.sha256(content).hexdigest()
    return Examined(name, kind, kept, received, by, sorted(removed), warnings)


def clean_name(name: str) -> str:
    """The name without folders and without marks that would make it read other than it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip()
    stem, _dot, extension = shown.rpartition(".")
    if not stem or extension_of(shown) not in EXTENSIONS:
        kinds = ", ".join(kind.label for kind in FileType)
        raise unfit(_("Files of this type cannot be attached. Possible are: %(kinds)s.") % {"kinds": kinds})
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def check_size(size: int) -> None:
    """Refuse what is empty or too large."""
    if not size:
        raise unfit(_("The file is empty (0 bytes)."))
    if size > settings.DOCUMENT_LIMIT:
        raise unfit(
            _("The file is too large: %(size)s. At most %(limit)s can be attached.")
            % {"size": filesizeformat(size), "limit": filesizeformat(settings.DOCUMENT_LIMIT)}
        )


def type_of(name: str, content: bytes) -> FileType:
    """The type by content, to which the extension must agree."""
    scanner.known_by_us(content)
    extension = extension_of(name)
    kind = by_magic(content)
    if kind is None:
        is_archive = content.startswith(ZIP)
        kind = archives.office_type(content) if is_archive else texts.text_type(content, extension)
    if extension not in ACCEPTED[kind].extensions:
        raise unfit(
            _("The name ends in .%(extension)s, but the content is %(kind)s.")
            % {"extension": extension, "kind": kind.label}
        )
    _check_one_type(kind, content)
    return kind


def _check_one_type(kind: FileType, content: bytes) -> None:
    """Refuse a file that other programs would open as something else."""
    if kind != FileType.PDF and b"%PDF-" in content[:1024]:
        raise unfit(_("The file is two types at once: a PDF is hidden in it."))
    if kind not in OFFICE and zipfile.is_zipfile(io.BytesIO(content)):
        raise unfit(_("The file is two types at once: an archive is hidden in it."))
    if kind in PICTURES:
        pictures.check_markup(content)


def _look_inside(name: str, content: bytes, *, in_mail: bool = False) -> tuple[FileType, bytes, set[str], str]:
    """The type, the content to keep, what was removed from it, and the words of its first page."""
    kind = type_of(name, content)
    if kind in PICTURES:
        strip = {
            FileType.PNG: pictures.stripped_png,
            FileType.JPEG: pictures.stripped_jpeg,
            FileType.TIFF: tiff.stripped,
        }[kind]
        kept, removed = strip(content)
        return kind, kept, removed, ""
    if kind == FileType.PDF:
        return kind, content, set(), pdf.examine(content, scanner.known_by_us)
    if kind in OFFICE:
        return kind, content, set(), archives.examine(content, scanner.known_by_us)[: classified.FIRST_PAGE]
    if kind == FileType.EML:
        return kind, content, set(), _look_into_mail(content, in_mail=in_mail)
    return kind, content, set(), texts.decoded(content)[: classified.FIRST_PAGE]


def _look_into_mail(content: bytes, *, in_mail: bool) -> str:
    """The words of a mail. Each file in it must be one that could be attached by itself."""
    if in_mail:
        raise unfit(_("The mail contains other mails: attach these on their own."))
    words, files = texts.mail_parts(content)
    scanner.known_by_us(words.encode("utf-8", "replace"))
    words = words[: classified.FIRST_PAGE]
    for name, data in files:
        if data:
            words += _look_inside(clean_name(name), data, in_mail=True)[3]
    return words
