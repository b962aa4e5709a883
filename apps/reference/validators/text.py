"""Free text: no letters that nobody sees, no marks that turn the reading direction, no persons in titles."""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.reference.validators.finding import Finding, error, warn

# Marks and overrides of reading direction, invisible spaces and tags: they make text read other than it is.
UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# What a title must not carry: an address, a telephone number, a person with a form of address.
PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|\+\d[\d ()/-]{7,}|\b(?:Mr|Mrs|Ms|Mme|Herr|Frau|Sig|Sig\.ra|Dr)\.? [A-ZÀ-Þ][a-zà-ÿ]+"
)
# Spreadsheets take a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ZERO = re.compile(r"0+(?:[.,]0*)?(?![\d.,])")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def clean_text(value: str) -> str:
    """The text with composed letters and one kind of line end, without anything unseen."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNSEEN.sub("", lines)).strip()


def check_text(value: str, on: date | None = None) -> list[Finding]:
    """A text holds only what can be seen, in the order in which it is read."""
    found = UNSEEN.search(value)
    if found is None:
        return []
    return error(
        "text.unseen",
        _("The text holds a hidden character (U+{number}) at position {position}; please type it again."),
        number=f"{ord(found[0]):04X}",
        position=found.start() + 1,
    )


def check_quantity(value: str, on: date | None = None) -> list[Finding]:
    """A quantity in words, such as "12 boxes"; nothing of something is seldom meant."""
    if ZERO.match(value.strip()):
        return warn("number.zero", _("This is zero; is that meant?"))
    return check_text(value, on)


def check_title(value: str, on: date | None = None) -> list[Finding]:
    """A title is one line and names no person: it is read by more people than the rest."""
    if "\n" in value.strip():
        return error("title.lines", _("A title is one line."))
    if found := PERSONAL.search(value):
        return [
            *check_text(value, on),
            *warn("title.personal", _("“{words}” looks like personal data; a title names no person."), words=found[0]),
        ]
    return check_text(value, on)


def safe_cell(value: str) -> str:
    """A text as a cell of an export, with an apostrophe before what a spreadsheet would calculate."""
    if value.startswith(FORMULA) and not PLAIN_NUMBER.fullmatch(value):
        return f"'{value}"
    return value
