"""A passkey made of arithmetic: what an authenticator and a browser answer to the portal's challenges."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT_AND_VERIFIED, WITH_CREDENTIAL = 0x05, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    """One credential for one site."""

    def __init__(self, site: str, origin: str) -> None:
        self.site, self.origin = hashlib.sha256(site.encode()).digest(), origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number, self.owner = secrets.token_bytes(32), ""
        self.uses = 0

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        self.owner = options["publicKey"]["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        credential = bytes(16) + len(self.number).to_bytes(2, "big") + self.number + public
        data = self._data(PRESENT_AND_VERIFIED | WITH_CREDENTIAL) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options)
        return self._answer({"clientDataJSON": text(said), "attestationObject": text(attestation)})

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        self.uses += 1
        data, said = self._data(PRESENT_AND_VERIFIED), self._said("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature}
        return self._answer({name: text(part) for name, part in parts.items()} | {"userHandle": self.owner})

    def _data(self, flags: int) -> bytes:
        return self.site + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {
            "type": kind,
            "challenge": options["publicKey"]["challenge"],
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> str:
        number = text(self.number)
        extras = {"authenticatorAttachment": "platform", "clientExtensionResults": {"credProps": {"rk": True}}}
        return json.dumps({"type": "public-key", "id": number, "rawId": number, "response": response} | extras)
