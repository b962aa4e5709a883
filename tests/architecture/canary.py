"""A world in which every secret has a word of its own, and a walk that listens for the words.

Each RIF says its word in every text that a form has; each organisation's keys and searches say theirs.
Whoever hears a word outside the table below has found a leak. New addresses join the walk by themselves:
one whose arguments the walk does not know fails it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from apps.accounts import actions as people
from apps.accounts.models import ApiKey
from apps.documents.examine import examine
from apps.exchange.actions import webhooks
from apps.exchange.models import Webhook, WebhookDelivery
from apps.inquiries import actions as inquiries
from apps.inquiries.models import Inquiry
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.notifications.actions import sweep
from apps.notifications.models import Notice
from apps.organisations.models import Organisation
from apps.rifs import actions
from apps.rifs.models import Rif, SavedSearch
from apps.search.models import Entry
from tests.conftest import PASSWORD, Person, content

ITALY = {"italian_officer", "italian_analyst"}
GERMANY = {"german_analyst", "german_colleague", "german_system"}
SWISS, NORWAY = {"swiss_analyst"}, {"norwegian_analyst"}
OVERSIGHT = {"auditor"}

#: word → who may hear it. Everybody who is not named must never.
TABLE: dict[str, set[str]] = {
    "zqdraft": ITALY,
    "zqreview": ITALY,
    "zqdiscarded": ITALY,
    "zqmoney": ITALY | GERMANY | OVERSIGHT,
    "zqsafety": ITALY | GERMANY | SWISS | OVERSIGHT,
    "zqagency": ITALY | {"agency"} | OVERSIGHT,
    "zqauthority": ITALY | {"authority"} | OVERSIGHT,
    "zqclosed": ITALY | {"french_analyst"} | OVERSIGHT,
    "zqcancelled": ITALY | NORWAY | OVERSIGHT,
    "zqfrance": {"french_analyst", "french_coordinator"} | GERMANY | OVERSIGHT,
    "zqcommission": {"commission"} | ITALY | OVERSIGHT,
    "zqasked": ITALY | GERMANY,
    "zqanswer": ITALY | GERMANY,
    "zqparis": {"french_analyst", "french_coordinator"} | SWISS,
    "zqconsent": ITALY | GERMANY,
    "zqkeyitaly": {"italian_admin"},
    "zqhookitaly": {"italian_admin"},
    "zqsearch": {"german_analyst"},
}
TABLE["zqclosed"] |= {"french_coordinator"}
WORD = re.compile("|".join(TABLE))


@dataclass
class World:
    """The secrets and the ears."""

    ears: dict[str, Client]
    headers: dict[str, dict[str, str]]
    rifs: list[Rif] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def secret(word: str, **changed: Any) -> dict[str, Any]:
    """A form whose every text says the word."""
    form = content(title=f"Title {word}", summary=f"Shared wording, and {word} in the summary.", contact=f"Desk {word}")
    form["goods"] = [{"description": f"goods {word}", "commodity": "870895", "origin": "CN", "brand": word}]
    form["operators"] = [{"role": "IMPORTER", "name": f"Firm {word}", "country": "IT", "address": word}]
    form["transport"] = [{"mode": "1", "container": "CSQU3054383", "document": f"BL{word}"}]
    form["targeting"] = [{"element": "18 05", "operator": "contains", "value": word, "weight": "30"}]
    return form | changed


def build(cast: SimpleNamespace, extra: dict[str, Person]) -> World:
    """Make every secret through the same actions as everybody."""
    at = timezone.now() - timedelta(hours=3)
    officer, analyst = cast.italian_officer.actor, cast.italian_analyst.actor

    def draft(word: str, by: Any = officer, **changed: Any) -> Rif:
        rif = actions.draft(by=by, at=at, content=secret(word, **changed))
        file = examine(f"Annex {word}.txt", f"The file says {word} too.".encode())
        return actions.attach(rif, by=by, at=at, file=file, description=f"Shows {word}")

    def send(word: str, by: Any = officer, second: Any = analyst, **changed: Any) -> Rif:
        rif = draft(word, by, **changed)
        actions.submit(rif, by=by, at=at)
        return actions.publish(rif, by=second, at=at)

    rifs = [draft("zqdraft"), draft("zqreview"), draft("zqdiscarded")]
    actions.submit(rifs[1], by=officer, at=at)
    actions.discard(rifs[2], by=officer, at=at)
    rifs += [
        send("zqmoney", nature="FINANCIAL", areas=["8"], for_action=["DE"]),
        send("zqsafety", for_action=["CH"], for_information=["DE"]),
        send("zqagency", areas=["1"], for_action=["EUROPOL"]),
        send("zqauthority", for_action=["IT-MSA"]),
        send("zqclosed", for_action=["FR"]),
        send("zqcancelled", for_action=["NO"]),
        send("zqfrance", cast.french_analyst.actor, extra["french_coordinator"].actor, for_action=["DE"]),
        send("zqcommission", cast.commission.actor, extra["commission_second"].actor, for_action=["IT"]),
    ]
    actions.close(rifs[7], by=analyst, at=at, outcome="Came to zqclosed")
    actions.cancel(rifs[8], by=analyst, at=at, reason="Because zqcancelled")
    actions.acknowledge(rifs[3], by=cast.german_analyst.actor, at=at)
    return _ears(cast, extra, rifs, ask_around(cast, rifs, at), at)


def ask_around(cast: SimpleNamespace, rifs: list[Rif], at: Any) -> list[Inquiry]:
    """Requests with a word of their own: one answered, one open, one withdrawn, one about consent."""
    italian, german, french = cast.italian_officer.actor, cast.german_analyst.actor, cast.french_analyst.actor
    codes = {o.code: o for o in Organisation.objects.order_by("code")}

    def ask(word: str, by: Any, code: str, **more: Any) -> Inquiry:
        told = {"title": f"Title {word}", "text": f"Shared wording, and {word} in the text."} | more
        return inquiries.ask(by=by, at=at, addressee=codes[code], **{"purpose": "QUESTION"} | told)

    made = [ask("zqasked", italian, "DE"), ask("zqasked", german, "IT"), ask("zqparis", french, "CH")]
    made += [ask("zqanswer", german, "IT", title="Title", text="Shared wording."), ask("zqasked", german, "IT")]
    consent = {"purpose": "CONSENT", "rif": rifs[4].reference, "agency": codes["EUROPOL"]}
    made.append(ask("zqconsent", german, "IT", **consent))
    inquiries.answer(made[3], by=italian, at=at, text="Because zqanswer")
    inquiries.reply(made[2], by=cast.swiss_analyst.actor, at=at, text="Rather zqparis")
    inquiries.withdraw(made[4], by=german, at=at, reason="No more zqasked")
    inquiries.answer(made[5], by=italian, at=at, text="Since zqconsent", verdict="YES")
    return made


def _ears(cast: SimpleNamespace, extra: dict[str, Person], rifs: list[Rif], asked: list[Inquiry], at: Any) -> World:
    keys = {}
    for name, admin in (("italy", cast.italian_admin), ("germany", extra["german_admin"])):
        expires = timezone.now() + timedelta(days=10)
        scopes = ["rif:read", "rif:acknowledge", "rif:draft", "inquiry:read", "inquiry:answer"]
        made = people.make_key(
            by=admin.actor,
            at=timezone.now(),
            name=f"system of {name}" if name == "germany" else "zqkeyitaly",
            scopes=scopes,
            expires_at=expires,
        )
        keys[name] = made.secret
    with behind_wall(cast.german_analyst.actor):
        SavedSearch.objects.create(
            owner=cast.german_analyst.user, organisation_id=cast.german_analyst.actor.organisation_id,
            name="zqsearch", query="scope=received",
        )  # fmt: skip
    _hooks(cast.italian_admin, extra["german_admin"])
    sweep(at=timezone.now())
    everyone = {**vars(cast), **extra}
    unheard = {"german_admin", "commission_second"}
    ears = {name: person.client() for name, person in everyone.items() if name not in unheard}
    for client in ears.values():
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})  # opens what asks for it again
    ears |= {"nobody": Client(), "german_system": Client(), "damaged_key": Client()}
    headers = {
        "german_system": {"Authorization": f"Bearer {keys['germany']}"},
        "damaged_key": {"Authorization": f"Bearer {keys['germany'][:-1]}"},
    }
    with behind_wall(system_actor()):
        numbers = [*Entry.objects.values_list("pk", flat=True), *Notice.objects.values_list("pk", flat=True)]
        for model in (ApiKey, Webhook):
            numbers += [*model._base_manager.values_list("pk", flat=True)]
        messages = WebhookDelivery.objects.order_by("webhook_id", "pk").distinct("webhook_id")
        numbers += [*messages.values_list("pk", flat=True)]  # one each: every number is asked for everywhere
    return World(ears, headers, rifs, asked, sorted(set(numbers)))


def _hooks(italian: Person, german: Person) -> None:
    """A webhook each, with a message for all that the feed ever had for it."""
    for admin, name in ((italian, "zqhookitaly"), (german, "system")):
        webhooks.make_webhook(by=admin.actor, at=timezone.now(), name=name, address=f"http://127.0.0.1:9/{name}")
    with behind_wall(system_actor()):
        Webhook.objects.update(number=0, event=0)  # as if they had been there from the beginning
    for number in webhooks.active():
        webhooks.follow(number, at=timezone.now())


#: Answers by whether the servers live; it waits three seconds for a worker that no test needs.
NO_DATA = {"healthz"}


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Every address of the portal with its route, every secret being its argument once."""
    for route, names in sorted(set(_routes(get_resolver()))):
        if route in NO_DATA:
            continue
        yield from ((route, address) for address in _filled(route, names, world))


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, tuple(re.findall(r"<([^>]+)>", route))


#: Values for arguments, by converter and name. An argument that is not here fails the walk.
EXAMPLES: dict[str, list[str]] = {
    "slug:step": ["risk", "goods"],
    "slug:name": ["close", "discard", "answer", "assess", "revise", "take_back"],
    "slug:channel": ["AM", "EU_TWIX"],
    "slug:code": ["DE", "CH"],
    "int:file": ["1"],  # each RIF has one file
    "uuid:pk": ["6a2f0f9e-0000-4000-8000-000000000000"],
    "key": ["x"], "provider_id": ["eu-login"], "uidb36": ["1"],
}  # fmt: skip


def _filled(route: str, names: Iterable[str], world: World) -> Iterator[str]:
    route = "/" + re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).replace("^", "").replace("$", "").replace("\\Z", "")
    found = [route]
    for name in names:
        values = EXAMPLES.get(name)
        if name == "rif:other":
            found = found[:3]  # beside drafts, which come first: beside anything else there is no such page
        if name in {"rif:reference", "rif:other"}:
            values = [rif.reference.removeprefix("RIF/") for rif in world.rifs]
        elif name == "inquiry:reference":
            values = [inquiry.reference.removeprefix("REQ/") for inquiry in world.inquiries]
        elif name.startswith("int:") and values is None:
            values = [str(number) for number in world.numbers]
        if values is None:
            raise AssertionError(f"The canary walk knows no example for <{name}> in {route}.")
        found = [one.replace(f"<{name}>", value) for one in found for value in values]
    yield from found


def ask(world: World, who: str, address: str, method: str = "get", data: Any = None) -> HttpResponse:
    """One request, undone afterwards, so that the walk changes nothing."""
    sid = transaction.savepoint()
    try:
        answer = getattr(world.ears[who], method)(address, data or {}, headers=world.headers.get(who, {}))
    finally:
        transaction.savepoint_rollback(sid)
        transaction.savepoint_commit(sid)  # else each would stay open inside the one before it
    return answer


def words_in(answer: HttpResponse) -> set[str]:
    """The secret words of an answer: its text, its headers, its addresses."""
    if isinstance(answer, StreamingHttpResponse) and answer.is_async:
        return set()
    text = answer.getvalue() if answer.streaming else answer.content
    if text.startswith(b"PK"):  # a spreadsheet says its words inside
        with ZipFile(BytesIO(text)) as book:
            text = b"".join(book.read(name) for name in book.namelist())
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())
    return set(WORD.findall(text.decode("utf-8", "replace") + headers))
