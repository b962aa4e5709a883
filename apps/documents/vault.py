"""Encryption at rest: AES-256-GCM under keys that only the portal's own account may read.

The file of keys holds one in each line, the current one first. What is sealed is bound to the place it
belongs to: bytes that were changed, or moved to another document, are not opened.
"""

import base64
import fcntl
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


class Unopened(Exception):
    """Sealed bytes cannot be opened: their key is missing, or they are not what was sealed."""


@dataclass(frozen=True)
class Key:
    """One key and the name by which sealed rows know it."""

    secret: bytes

    @property
    def name(self) -> str:
        """A short name that says nothing of the key."""
        return hashlib.sha256(b"vedette document key" + self.secret).hexdigest()[:16]


def keys() -> list[Key]:
    """Every key, the current one first; the first call of an installation makes it."""
    path: Path = settings.DOCUMENT_KEYS
    if not path.exists():
        add_key(only_first=True)
    return [Key(base64.urlsafe_b64decode(line)) for line in path.read_text().split()]


def add_key(*, only_first: bool = False) -> None:
    """Make a new key and let it be the current one; `only_first` does nothing where there is a key already."""
    path: Path = settings.DOCUMENT_KEYS
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        known = path.read_text().split() if path.exists() else []
        if not (only_first and known):
            _write(path, [base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(), *known])


def keep_only(names: set[str]) -> int:
    """Forget every key but the current one and the named ones; tells how many were forgotten."""
    path: Path = settings.DOCUMENT_KEYS
    with path.with_name(f"{path.name}.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        current, *older = keys()
        kept = [current, *(key for key in older if key.name in names)]
        _write(path, [base64.urlsafe_b64encode(key.secret).decode() for key in kept])
    return 1 + len(older) - len(kept)


def _write(path: Path, lines: list[str]) -> None:
    """Write the file whole or not at all, readable by nobody else, and on the disk before it is used."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def seal(content: bytes, *, place: str) -> tuple[str, bytes]:
    """The name of the current key, and the content sealed with it for this place."""
    key, nonce = keys()[0], secrets.token_bytes(NONCE)
    return key.name, nonce + AESGCM(key.secret).encrypt(nonce, content, place.encode())


def unseal(key_name: str, sealed: bytes, *, place: str) -> bytes:
    """The content again."""
    key = next((key for key in keys() if key.name == key_name), None)
    if key is None:
        raise Unopened(f"The key {key_name} of {place} is not in {settings.DOCUMENT_KEYS}.")
    try:
        return AESGCM(key.secret).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except InvalidTag as error:
        raise Unopened(f"{place} is not what was sealed.") from error
