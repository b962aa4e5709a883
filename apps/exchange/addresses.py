"""Where the portal may post to: nothing inside the house, whatever a name resolves to or comes to resolve to."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Where addresses of the public Internet lie, without the ranges that carry an IPv4 address inside.
_PUBLIC = ipaddress.ip_network("2000::/3")
_CARRIERS = tuple(map(ipaddress.ip_network, ("2001::/23", "2002::/16")))


class Forbidden(ValueError):
    """Not an address that the portal posts to; says why, for the person who gave it."""


@dataclass(frozen=True)
class Target:
    """A checked address, by its parts."""

    tls: bool
    host: str
    port: int
    path: str


def target_of(address: str) -> Target:
    """The parts of an address of the right shape; raises Forbidden. No name is looked up."""
    if not address.isascii() or not address.isprintable() or " " in address:
        raise Forbidden(_("Write the address in plain letters, without spaces."))
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise Forbidden(_("This is no address.")) from error
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None or parts.fragment:
        raise Forbidden(_("Give an address such as https://system.example/vedette, without a password in it."))
    if parts.scheme == "http" and not settings.DEMONSTRATION:
        raise Forbidden(_("The address must begin with https."))
    literal = _literal(host)
    if literal is not None:
        _check(literal, tls=parts.scheme == "https")
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(tls, host, port or (443 if tls else 80), path)


def resolved(target: Target) -> str:
    """The one number that will be connected to; raises Forbidden, or OSError for an unknown name."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    numbers = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    for number in numbers:  # one inner address among outer ones is a trick, not a mistake
        _check(number, tls=target.tls)
    if not numbers:
        raise OSError
    return str(numbers[0])


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check(number: Address, *, tls: bool) -> None:
    if settings.DEMONSTRATION and number.is_loopback:
        return
    if not tls:
        raise Forbidden(_("The address must begin with https."))
    if not is_public(number):
        raise Forbidden(_("This address does not lie in the public network."))


def is_public(number: Address) -> bool:
    """Whether it is a single host of the public Internet."""
    carries = number.version == 6 and (number not in _PUBLIC or any(number in network for network in _CARRIERS))
    return number.is_global and not number.is_multicast and not carries
