"""Officials sign in with two factors; until they have one, they can set one up and do nothing else."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.kernel.wall import behind_wall
from apps.rifs.models import Delivery
from tests.accounts.keychain import Passkey
from tests.conftest import PASSWORD, Person, Publish


@pytest.fixture
def real(settings: SimpleNamespace, db: None) -> None:
    """An installation that is no demonstration."""
    settings.DEMONSTRATION = False
    cache.clear()


def signed_in(person: Person) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": person.user.email, "password": PASSWORD})
    return client


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def give_password(client: Client, password: str = PASSWORD) -> None:
    client.post("/accounts/reauthenticate/", {"password": password})


def with_totp(client: Client) -> str:
    """Set up a one-time code as a person would; the secret."""
    give_password(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def asked_to_create(client: Client) -> dict[str, Any]:
    give_password(client)
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    asked = re.search(r'id="js_data" type="application/json">(.*?)</script>', page)
    assert asked, page
    return json.loads(asked[1])["creation_options"]


PAGES = ("/", "/rifs/", "/rifs/new/", "/inbox/", "/inbox/live/", "/inbox/bell/", "/search/?q=x", "/people/",
         "/people/keys/", "/people/access-log/", "/rifs/export/csv/")  # fmt: skip


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("path", PAGES)
def test_an_official_without_a_second_factor_is_sent_to_set_one_up(cast: SimpleNamespace, path: str) -> None:
    client = signed_in(cast.italian_admin)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/2fa/")


@pytest.mark.usefixtures("real")
def test_nor_does_the_api_answer_their_session(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    client = signed_in(cast.german_analyst)
    for answer in (
        client.get("/api/v1/rifs/"),
        client.get(f"/api/v1/rifs/{rif.reference.removeprefix('RIF/')}/"),
        client.post(f"/api/v1/rifs/{rif.reference.removeprefix('RIF/')}/acknowledge/", content_type="application/json"),
    ):
        assert answer.status_code == 403
        assert "second factor" in answer.json()["detail"] and rif.title not in answer.content.decode()


@pytest.mark.usefixtures("real")
def test_posting_changes_nothing_without_a_second_factor(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    signed_in(cast.german_analyst).post(f"/rifs/{rif.reference.removeprefix('RIF/')}/acknowledge/")
    with behind_wall(cast.italian_officer.actor):
        assert not Delivery.objects.exclude(acknowledged_at=None, opened_at=None).exists()


@pytest.mark.usefixtures("real")
def test_a_trader_is_no_official_and_needs_none(cast: SimpleNamespace) -> None:
    assert signed_in(cast.trader).get("/").status_code == 200


def test_a_demonstration_asks_for_none(cast: SimpleNamespace) -> None:
    assert signed_in(cast.german_analyst).get("/").status_code == 200


@pytest.mark.usefixtures("real")
def test_a_one_time_code_opens_the_portal_and_is_asked_for_at_the_next_sign_in(cast: SimpleNamespace) -> None:
    client = signed_in(cast.german_analyst)
    secret = with_totp(client)
    assert client.get("/").status_code == 200
    fresh = signed_in(cast.german_analyst)
    assert fresh.get("/").headers["Location"].startswith("/accounts/login/")
    assert fresh.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):  # the code of the activation is spent
        fresh.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
        assert fresh.get("/").status_code == 200


@pytest.mark.usefixtures("real")
def test_recovery_codes_are_shown_and_each_opens_once(cast: SimpleNamespace) -> None:
    client = signed_in(cast.german_analyst)
    with_totp(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r"\b[0-9a-f]{8}\b", page)[0]
    first, second = signed_in(cast.german_analyst), signed_in(cast.german_analyst)
    first.post("/accounts/2fa/authenticate/", {"code": code})
    second.post("/accounts/2fa/authenticate/", {"code": code})
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


@pytest.mark.usefixtures("real")
def test_wrong_codes_are_limited(cast: SimpleNamespace) -> None:
    with_totp(signed_in(cast.german_analyst))
    fresh = signed_in(cast.german_analyst)
    said = [fresh.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"}) for number in range(7)]
    assert any(b"Too many" in answer.content or answer.status_code == 429 for answer in said)


@pytest.mark.usefixtures("real")
def test_a_passkey_is_set_up_and_alone_opens_the_portal(cast: SimpleNamespace, settings: SimpleNamespace) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    client = signed_in(cast.german_analyst)
    key = Passkey("testserver", "https://testserver")
    options = asked_to_create(client)
    said = {"name": "Test", "passwordless": "on", "credential": key.create(options)}
    answer = client.post("/accounts/2fa/webauthn/add/", said)
    assert answer.status_code == 302, answer.content.decode()
    assert client.get("/").status_code == 200
    assert "Test" in client.get("/accounts/2fa/webauthn/").content.decode()
    fresh = Client()
    options = fresh.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    fresh.post("/accounts/2fa/webauthn/login/", {"credential": key.get(options["request_options"])})
    assert fresh.get("/").status_code == 200


@pytest.mark.usefixtures("real")
def test_a_passkey_of_another_site_opens_nothing(cast: SimpleNamespace, settings: SimpleNamespace) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    client = signed_in(cast.german_analyst)
    key = Passkey("testserver", "https://evil.example")
    options = asked_to_create(client)
    answer = client.post("/accounts/2fa/webauthn/add/", {"name": "Test", "credential": key.create(options)})
    assert answer.status_code == 200
    assert client.get("/").status_code == 302


def test_keys_ask_for_the_password_again_after_ten_minutes(cast: SimpleNamespace) -> None:
    cache.clear()
    client = signed_in(cast.italian_admin)
    assert client.get("/people/keys/").headers["Location"].startswith("/accounts/reauthenticate/")
    give_password(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=9)):
        assert client.get("/people/keys/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        asked = client.get("/people/keys/")
        assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
        assert client.get("/people/").status_code == 200
        refused = client.post(asked.headers["Location"], {"password": "wrong"})
        assert refused.status_code == 200
        assert client.get("/people/keys/").status_code == 302
        assert client.post(asked.headers["Location"], {"password": PASSWORD}).headers["Location"] == "/people/keys/"
        assert client.get("/people/keys/").status_code == 200
