"""Malware: the European test file is always known; all else is asked of ClamAV, when the operator has one."""

import socket
import struct

from django.conf import settings
from django.utils.translation import gettext as _

from apps.documents.kinds import unfit
from apps.kernel.refusals import Refused

#: The test file of the European Institute for Computer Antivirus Research, in two parts so that this file is none.
TEST_FILE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PIECE = 2**17
PATIENCE = 30.0  # seconds


def known_by_us(content: bytes) -> None:
    """Refuse the test file wherever it stands."""
    if TEST_FILE in content:
        raise infected("EICAR-Test-File")


def infected(name: str) -> Refused:
    """The refusal of malware by its name."""
    return unfit(_("Malware was found in this file (%(name)s). It was not kept.") % {"name": name})


def scan(content: bytes) -> str:
    """The name of the scanner that found nothing; empty when the operator has none."""
    if not settings.CLAMD:
        return ""
    try:
        answer = _ask(settings.CLAMD, content)
    except (OSError, ValueError) as error:  # it is away, or its address is none
        raise unfit(_("The file cannot be scanned now. Try again in a few minutes.")) from error
    if answer.endswith(" FOUND"):
        raise infected(answer.removesuffix(" FOUND").removeprefix("stream: "))
    if answer != "stream: OK":
        raise unfit(_("The file cannot be scanned now. Try again in a few minutes."))
    return "ClamAV"


def _ask(where: str, content: bytes) -> str:
    """What clamd answers to the content, by its INSTREAM command; `where` is unix:/path or host:port."""
    with _connected(where) as link:
        link.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            link.sendall(struct.pack(">I", len(piece)) + piece)
        link.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := link.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(where: str) -> socket.socket:
    if where.startswith("unix:"):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(PATIENCE)
        try:
            link.connect(where.removeprefix("unix:"))
        except OSError:
            link.close()
            raise
        return link
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)
