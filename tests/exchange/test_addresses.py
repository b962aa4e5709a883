"""No webhook is posted inside the house, whatever a name resolves to, and no answer holds the portal up."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from apps.exchange import posting
from apps.exchange.actions import webhooks
from apps.exchange.addresses import Forbidden, resolved, target_of
from apps.kernel.refusals import Refused
from tests.exchange.system import System, listening

NOW = timezone.now()


@pytest.fixture
def system() -> Iterator[System]:
    with listening() as there:
        yield there


INSIDE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
          "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::10.0.0.1",
          "64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1", "2001:db8::1"]  # fmt: skip


def resolving(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> list[str]:
    """Names resolve to these numbers from now on; which names were looked up is given back."""
    asked, truly = list[str](), socket.getaddrinfo

    def look_up(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        if host[0].isdigit():
            return truly(host, port, *more, **named)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr("apps.exchange.addresses.socket.getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("number", INSIDE)
@override_settings(DEMONSTRATION=False)
def test_no_address_inside_is_posted_to_whatever_names_it(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host = f"[{number}]" if ":" in number else number
    with pytest.raises(Forbidden):
        target_of(f"https://{host}/x")
    resolving(monkeypatch, number)
    with pytest.raises(Forbidden):
        resolved(target_of("https://system.example/x"))
    resolving(monkeypatch, "93.184.215.14", number)
    with pytest.raises(Forbidden):
        resolved(target_of("https://system.example/x"))


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
@override_settings(DEMONSTRATION=False)
def test_a_public_address_is_open(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, number)
    assert resolved(target_of("https://system.example/x")) == number


@pytest.mark.parametrize(
    "address",
    ["http://system.example/", "ftp://system.example/", "https://", "https://u:p@system.example/", "//system.example",
     "https://system.example/#x", "https://system.example:99999/", "https://system.example/a b", "https://sÿstem.example",
     "https://system.example/\r\nHost: x", "https://2130706433/", "https://[::1"],
)  # fmt: skip
@override_settings(DEMONSTRATION=False)
def test_an_address_of_another_shape_is_refused_at_its_field(address: str, cast: Any) -> None:
    if "2130706433" in address:  # a number that only the resolver reads as one
        assert "public network" in posting.post(address, b"{}", {}).error
        return
    with pytest.raises(Refused) as no:
        webhooks.make_webhook(by=cast.italian_admin.actor, at=NOW, name="x", address=address)
    assert no.value.refusals[0].field == "address"
    assert posting.post(address, b"{}", {}).error, "nor is anything sent, were it there"


def test_the_demonstration_posts_to_this_machine_only_where_it_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.215.14")
    with pytest.raises(Forbidden):
        resolved(target_of("http://system.example/"))
    resolving(monkeypatch, "10.0.0.1")
    with pytest.raises(Forbidden):
        resolved(target_of("https://system.example/"))
    with override_settings(DEMONSTRATION=False):
        assert "https" in posting.post("http://127.0.0.1:9/", b"{}", {}).error


def test_a_name_is_looked_up_once_and_that_number_is_connected_to(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, "127.0.0.1")
    address = system.address.replace("127.0.0.1", "system.example")
    assert posting.post(address, b"{}", {}).taken
    assert asked == ["system.example"]
    assert system.told[0][0]["Host"] == address.split("/")[2]


def test_a_redirect_is_not_followed(system: System) -> None:
    with listening() as other:
        system.status, system.moved_to = 307, other.address
        outcome = posting.post(system.address, b"{}", {})
        assert (outcome.status, outcome.taken) == (307, False)
        assert other.told == []


@pytest.mark.parametrize("drips", [False, True])
def test_a_system_that_never_ends_its_answer_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, drips: bool) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.4)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            line, _from = server.accept()
            with line:
                while not over.wait(0.1):
                    if drips:
                        try:
                            line.send(b"H")
                        except OSError:
                            return

        thread = threading.Thread(target=answer)
        thread.start()
        start = timezone.now()
        outcome = posting.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        over.set()
        thread.join()
    assert "in time" in outcome.error
    assert timezone.now() - start < timedelta(seconds=2)


def test_an_address_where_nobody_listens_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "reached" in posting.post(f"http://127.0.0.1:{port}/", b"{}", {}).error


def test_a_system_that_cannot_prove_its_name_is_told_nothing(system: System) -> None:
    plain = system.address.replace("http://", "https://")  # it speaks no TLS at all
    assert "certificate" in posting.post(plain, b"{}", {}).error
    assert system.told == []
