"""Sealing what others keep for us, or what we keep for others: nobody without the portal's secret reads or makes it.

AES-SIV (RFC 5297) gives the same sealed text for the same words, so that a cursor can be compared, and
refuses whatever was changed. `purpose` keeps what was sealed for one use from being taken for another.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.crypto import salted_hmac


class Unsealed(ValueError):
    """Never sealed here for this purpose, or changed since."""


def seal(words: str, *, purpose: str) -> str:
    """The words, sealed, in letters that an address can carry."""
    return base64.urlsafe_b64encode(_box(settings.SECRET_KEY).encrypt(words.encode(), [purpose.encode()])).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The words; raises Unsealed. Old secrets of the portal still open what they sealed."""
    try:
        raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unsealed from error
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _box(secret).decrypt(raw, [purpose.encode()]).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unsealed


def _box(secret: str) -> AESSIV:
    return AESSIV(salted_hmac("exchange.sealing", "", secret=secret, algorithm="sha512").digest())
