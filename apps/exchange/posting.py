"""One signed message to a system of an administration. It follows no redirect and reads no more than the status.

The signature is that of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body.
"""

import base64
import hmac
import http.client
import re
import secrets
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.utils.translation import gettext as _

from apps.exchange.addresses import Forbidden, Target, resolved, target_of

SECONDS = 10  # for all of it, from the first packet to the status
PREFIX = "whsec_"


@dataclass(frozen=True)
class Outcome:
    """What came of a message: the status of the answer, or why there was none."""

    status: int | None = None
    error: str = ""

    @property
    def taken(self) -> bool:
        """Whether the system has it."""
        return self.status is not None and 200 <= self.status < 300


def new_secret() -> str:
    """A secret of 256 bits, as libraries for Standard Webhooks expect it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(body: bytes, *, secret: str, name: str, at: datetime) -> dict[str, str]:
    """The headers that prove who sent this and when. `name` stays the same when it is sent again."""
    moment = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{name}.{moment}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def post(address: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """Send it to the address as it resolves now; never raises for what the other side does."""
    try:
        target = target_of(address)
        line = _Line(target, resolved(target))
        try:
            sent = {"Content-Type": "application/json", "User-Agent": "Vedette", "Connection": "close", **headers}
            line.request("POST", target.path, body, sent)
            return line.outcome()
        finally:
            line.close()
    except Forbidden as no:
        return Outcome(error=str(no))
    except ssl.SSLError:
        return Outcome(error=_("Its certificate does not prove who it is."))
    except TimeoutError:
        return Outcome(error=_("It did not answer in time."))
    except (OSError, http.client.HTTPException, UnicodeError):
        return Outcome(error=_("It could not be reached."))


class _Line(http.client.HTTPConnection):
    """A connection to the one number that was checked; the certificate is still asked for the name."""

    def __init__(self, target: Target, number: str) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.tls, self.number = target.tls, number
        self.default_port = 443 if target.tls else 80
        self.deadline = monotonic() + SECONDS

    def connect(self) -> None:
        """Connect without looking the name up a second time."""
        self.sock = socket.create_connection((self.number, self.port), timeout=self._left())
        if self.tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def outcome(self) -> Outcome:
        """The status line, and not a byte more: an answer that never ends holds nobody up."""
        line = b""
        while b"\n" not in line and len(line) < 200:
            self.sock.settimeout(self._left())
            part = self.sock.recv(200)
            if not part:
                break
            line += part
        found = re.match(rb"HTTP/1\.[01] (\d{3})\b", line)
        return Outcome(status=int(found[1])) if found else Outcome(error=_("Its answer was not understood."))

    def _left(self) -> float:
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        return left
