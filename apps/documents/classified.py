"""EU classified information does not belong here (Commission Decision (EU, Euratom) 2015/444): known by its words."""

import re
import unicodedata

from django.conf import settings
from django.utils.translation import gettext as _

from apps.documents.kinds import unfit

#: How much of a text counts as its first page, in letters.
FIRST_PAGE = 4_000
_SLASH = r"\s*[/|]\s*"
HIGH = re.compile(
    rf"\b(?:TRES SECRET UE{_SLASH}EU TOP SECRET|SECRET UE{_SLASH}EU SECRET|CONFIDENTIEL UE{_SLASH}EU CONFIDENTIAL)\b"
)
RESTRICTED = re.compile(rf"\b(?:RESTREINT UE{_SLASH}EU RESTRICTED|R-UE{_SLASH}EU-R)\b")
WORDS = re.compile(
    r"\b(?:EU (?:TOP SECRET|SECRET|CONFIDENTIAL|RESTRICTED)"
    r"|(?:TRES SECRET|SECRET|CONFIDENTIEL|RESTREINT) UE|EU CLASSIFIED INFORMATION|EUCI)\b"
)


def plain(text: str) -> str:
    """Capital letters without accents and with single spaces, as markings are compared."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", bare).upper()


def check(text: str) -> bool:
    """Whether a first page speaks of EU classification, for a warning. Refuses what bears such a marking."""
    words = plain(text)
    if HIGH.search(words):
        raise unfit(_("The first page is marked CONFIDENTIEL UE/EU CONFIDENTIAL or above: it may not be kept here."))
    restricted = RESTRICTED.search(words)
    if restricted and not settings.ACCREDITED_FOR_RESTRICTED:
        raise unfit(_("The first page is marked RESTREINT UE/EU RESTRICTED: this portal is not accredited for it."))
    return bool(restricted or WORDS.search(words))
