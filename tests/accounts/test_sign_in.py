"""Proving who one is: password, limits, the log of attempts, sessions, recovery."""

import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AccessLog
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from tests.conftest import PASSWORD, Person

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def sign_in(client: Client, person: Person, password: str = PASSWORD, **more: str) -> SimpleNamespace:
    answer = client.post(LOGIN, {"login": person.user.email, "password": password, **more})
    return SimpleNamespace(
        status=answer.status_code, to=answer.headers.get("Location", ""), text=answer.content.decode()
    )


def is_in(client: Client) -> bool:
    request = HttpRequest()
    request.session = client.session
    return bool(get_user(request).is_authenticated)


def looks(kind: str) -> list[AccessLog]:
    with behind_wall(system_actor()):
        return list(AccessLog.objects.filter(kind=kind).order_by("pk"))


def test_a_person_signs_in_with_the_address_in_any_case_and_the_log_notes_it(cast: SimpleNamespace) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    person = cast.italian_officer
    answer = client.post(LOGIN, {"login": person.user.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302 and answer.headers["Location"] == "/"
    assert client.get("/").status_code == 200
    [look] = looks("signed_in")
    assert (look.actor_id, look.address, look.allowed) == (person.user.pk, "192.0.2.7", True)


def test_a_wrong_password_is_refused_and_noted_without_the_password(cast: SimpleNamespace) -> None:
    client = Client(REMOTE_ADDR="192.0.2.8")
    assert sign_in(client, cast.italian_officer, "not the password").status == 200
    assert not is_in(client)
    [look] = looks("sign_in_failed")
    assert (look.actor_id, look.address, look.allowed) == (cast.italian_officer.user.pk, "192.0.2.8", False)
    assert "not the password" not in str(look.__dict__)


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(cast: SimpleNamespace) -> None:
    known = Client().post(LOGIN, {"login": cast.italian_officer.user.email, "password": "wrong"})
    unknown = Client().post(LOGIN, {"login": "nobody@it.example", "password": "wrong"})
    said = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in (known, unknown)]
    assert said[0] == said[1] and known.status_code == unknown.status_code


def test_five_wrong_passwords_close_the_account_for_a_while_from_anywhere(cast: SimpleNamespace) -> None:
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), cast.italian_officer, "wrong")
    client = Client(REMOTE_ADDR="192.0.2.99")
    answer = sign_in(client, cast.italian_officer)
    assert "Too many failed login attempts" in answer.text and not is_in(client)
    other = Client(REMOTE_ADDR="192.0.2.99")
    assert sign_in(other, cast.german_analyst).status == 302


def test_ten_wrong_passwords_from_one_address_close_it_for_all_accounts(cast: SimpleNamespace) -> None:
    client = Client(REMOTE_ADDR="192.0.2.50")
    people = [cast.italian_officer, cast.italian_analyst, cast.french_analyst]
    for number in range(10):
        sign_in(client, people[number % 3], "wrong")
    assert "Too many failed login attempts" in sign_in(client, cast.german_analyst).text
    assert sign_in(Client(REMOTE_ADDR="192.0.2.51"), cast.german_analyst).status == 302


def test_the_address_of_a_caller_is_not_taken_from_a_header_that_anybody_may_send(cast: SimpleNamespace) -> None:
    for number in range(10):
        client = Client(REMOTE_ADDR="192.0.2.60", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        sign_in(client, [cast.italian_officer, cast.italian_analyst, cast.french_analyst][number % 3], "wrong")
    client = Client(REMOTE_ADDR="192.0.2.60", headers={"X-Forwarded-For": "198.51.100.99"})
    assert "Too many failed login attempts" in sign_in(client, cast.german_analyst).text


def test_a_blocked_person_cannot_sign_in_and_an_open_session_ends(cast: SimpleNamespace) -> None:
    client = cast.italian_officer.client()
    User.objects.filter(pk=cast.italian_officer.user.pk).update(is_active=False)
    assert client.get("/").headers["Location"].startswith(LOGIN)
    fresh = Client()
    sign_in(fresh, cast.italian_officer)
    assert not is_in(fresh)


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "too short"), ("password1234", "too common"), ("italian_officer@it.example", "too similar")],
)
def test_a_weak_password_is_refused(cast: SimpleNamespace, password: str, why: str) -> None:
    client = Client()
    sign_in(client, cast.italian_officer)
    fields = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = client.post("/accounts/password/change/", fields)
    assert answer.status_code == 200 and why in answer.content.decode()
    cast.italian_officer.user.refresh_from_db()
    assert cast.italian_officer.user.check_password(PASSWORD)


def test_changing_the_password_ends_every_session(cast: SimpleNamespace) -> None:
    here, there = Client(), Client()
    sign_in(here, cast.italian_officer)
    sign_in(there, cast.italian_officer)
    new = "another long enough word"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not is_in(there) and not is_in(here)


def test_the_session_list_shows_the_other_device_and_ends_it(cast: SimpleNamespace) -> None:
    here = Client(headers={"User-Agent": "Here/1"}, REMOTE_ADDR="192.0.2.1")
    there = Client(headers={"User-Agent": "There/1"}, REMOTE_ADDR="192.0.2.2")
    stranger = Client()
    for client, person in (
        (here, cast.italian_officer),
        (there, cast.italian_officer),
        (stranger, cast.french_analyst),
    ):
        sign_in(client, person)
        client.get("/")
    page = here.get("/accounts/sessions/").content.decode()
    assert "Here/1" in page and "There/1" in page and "192.0.2.2" in page
    here.post("/accounts/sessions/")
    assert is_in(here) and not is_in(there) and is_in(stranger)


@pytest.mark.parametrize(
    "there", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_leads_to_no_other_site(cast: SimpleNamespace, there: str) -> None:
    client = Client()
    answer = client.post(
        f"{LOGIN}?next={there}", {"login": cast.italian_officer.user.email, "password": PASSWORD, "next": there}
    )
    assert answer.headers["Location"] == "/"
    out = client.post(f"/accounts/logout/?next={there}", {"next": there})
    assert urlsplit(out.headers["Location"]).netloc == "" and "evil" not in out.headers["Location"]


def test_sign_in_leads_back_to_the_whole_address(cast: SimpleNamespace) -> None:
    wanted = "/rifs/?scope=sent&q=plastic+covers&next=//evil.example"
    sent = Client().get(wanted).headers["Location"]
    assert parse_qs(urlsplit(sent).query) == {"next": [wanted]}


def test_recovery_names_nobody_and_says_nothing_of_who_is_known(cast: SimpleNamespace, mailoutbox: list) -> None:
    known = Client().post("/accounts/password/reset/", {"email": cast.italian_officer.user.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@it.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    mail = next(mail for mail in mailoutbox if mail.to == [cast.italian_officer.user.email])
    told = mail.subject + mail.body
    assert "Italian" not in told and "italian_officer" not in told and "Officer" not in told


def test_the_link_of_the_recovery_mail_sets_a_new_password_once(cast: SimpleNamespace, mailoutbox: list) -> None:
    Client().post("/accounts/password/reset/", {"email": cast.italian_officer.user.email})
    link = re.search(r"https?://\S+", mailoutbox[0].body)[0]
    client = Client()
    form = client.get(link).headers["Location"]
    new = "a new and long enough one"
    assert "too short" in client.post(form, {"password1": "short", "password2": "short"}).content.decode()
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(Client(), cast.italian_officer, new).status == 302
    again = Client().get(link)
    assert again.status_code == 200 and "password1" not in again.content.decode()


@pytest.mark.parametrize("path", ["email/", "signup/", "3rdparty/", "3rdparty/signup/"])
def test_nobody_signs_up_or_changes_the_address_that_an_administrator_approved(
    cast: SimpleNamespace, path: str
) -> None:
    for client in (Client(), cast.trader.client()):
        assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post(f"/accounts/{path}", {"email": "victim@it.example", "action_add": ""}).status_code == 404


def test_no_page_of_a_signed_in_person_is_kept_by_a_cache(cast: SimpleNamespace) -> None:
    client = cast.italian_admin.client()
    for path in ("/", "/people/", "/api/v1/rifs/", "/accounts/password/change/"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path
