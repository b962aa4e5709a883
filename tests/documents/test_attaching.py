"""Files of a RIF: who may attach, what is written, what lies on the disk, who is served, how keys turn."""

import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.audit.models import AccessLog, Event
from apps.documents import vault
from apps.documents.actions import content_of, rotate
from apps.documents.examine import examine
from apps.documents.models import Document, Sealed
from apps.kernel.actor import Actor, system_actor
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.actions.attaching import marking_of
from apps.rifs.models import Rif
from tests.conftest import content
from tests.documents import made

TEXT = b"Shipper and consignee of the second quarter"


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.DOCUMENT_KEYS = tmp_path / "document-keys"
    return settings.DOCUMENT_KEYS


@pytest.fixture
def officer(cast: SimpleNamespace) -> Actor:
    actor: Actor = cast.italian_officer.actor
    return actor


@pytest.fixture
def draft(officer: Actor) -> Rif:
    return actions.draft(by=officer, at=timezone.now(), content=content())


def attach(rif: Rif, by: Actor, name: str = "note.txt", data: bytes = TEXT, **said: Any) -> Rif:
    return actions.attach(rif, by=by, at=timezone.now(), file=examine(name, data), **said)


def send(rif: Rif, cast: SimpleNamespace) -> Rif:
    actions.submit(rif, by=cast.italian_officer.actor, at=timezone.now())
    return actions.publish(rif, by=cast.italian_analyst.actor, at=timezone.now())


@pytest.fixture
def sent(draft: Rif, officer: Actor, cast: SimpleNamespace) -> Iterator[Rif]:
    """A published RIF with one file, read by Germany."""
    with behind_wall(system_actor()):
        yield send(attach(draft, officer, description="List of shippers"), cast)


def address(rif: Rif, tail: str = "") -> str:
    return f"/rifs/{rif.reference.removeprefix('RIF/')}/files/{tail}"


def documents() -> list[Document]:
    with behind_wall(system_actor()):
        return list(Document.objects.order_by("number"))


# ── Attaching ────────────────────────────────────────────────────────────────────────
def test_the_author_attaches_and_the_event_says_what(draft: Rif, officer: Actor) -> None:
    attach(draft, officer, "photo.jpg", made.photo(), description="Seal", shows="PHOTO", tlp="AMBER+STRICT")
    (document,) = documents()
    assert (document.number, document.name, document.kind, document.tlp) == (1, "photo.jpg", "JPEG", "AMBER+STRICT")
    assert (document.attached_by, document.attached_for) == (officer.name, "IT")
    with behind_wall(officer):
        event = Event.objects.get(kind="rif.attach")
        kept = content_of(document)
    assert event.data["sha256"] == document.sha256
    assert event.data["received_sha256"] != document.sha256
    assert event.data["removed"] == ["EXIF", "GPS", "TEXT"]
    assert document.size == len(kept)


def test_whoever_attached_wrote_part_of_it_and_cannot_publish(draft: Rif, cast: SimpleNamespace) -> None:
    attach(draft, cast.italian_analyst.actor)
    with pytest.raises(Refused, match="second person"):
        send(draft, cast)


def test_nothing_is_attached_or_removed_in_review(draft: Rif, officer: Actor) -> None:
    attach(draft, officer)
    actions.submit(draft, by=officer, at=timezone.now())
    with pytest.raises(Refused, match="Not possible while it is: In national review"):
        attach(draft, officer, "two.txt", b"other words")
    with pytest.raises(Refused, match="Not possible while it is: In national review"):
        actions.detach(draft, by=officer, at=timezone.now(), number=1)


def test_no_file_is_marked_looser_than_its_rif(draft: Rif, officer: Actor) -> None:
    with pytest.raises(Refused, match="may not be marked looser") as no:
        attach(draft, officer, tlp="GREEN")
    assert no.value.refusals[0].field == "tlp"
    assert documents() == []


def test_a_rif_that_becomes_stricter_makes_its_files_stricter(draft: Rif, officer: Actor) -> None:
    attach(draft, officer)
    actions.edit(draft, by=officer, at=timezone.now(), changes={"tlp": (None, "AMBER+STRICT")})
    (document,) = documents()
    assert (document.tlp, marking_of(document, draft)) == ("AMBER", "AMBER+STRICT")


def test_only_pictures_are_x_rays(draft: Rif, officer: Actor) -> None:
    with pytest.raises(Refused, match="Only PNG, JPEG and TIFF"):
        attach(draft, officer, shows="XRAY")


def test_a_classified_description_is_refused(draft: Rif, officer: Actor) -> None:
    with pytest.raises(Refused, match="CONFIDENTIAL or above"):
        attach(draft, officer, description="from SECRET UE/EU SECRET sources")


def test_the_same_file_is_attached_once_and_fifty_are_the_most(draft: Rif, officer: Actor) -> None:
    attach(draft, officer)
    with pytest.raises(Refused, match="attached already"):
        attach(draft, officer, "again.txt")
    for number in range(49):
        attach(draft, officer, "more.txt", f"words {number}".encode())
    with pytest.raises(Refused, match="There are 50 files already"):
        attach(draft, officer, "more.txt", b"one more")


def test_what_is_removed_is_gone_and_its_number_never_comes_again(draft: Rif, officer: Actor) -> None:
    attach(draft, officer)
    actions.detach(draft, by=officer, at=timezone.now(), number=1)
    with behind_wall(system_actor()):
        assert not Sealed.objects.exists()
    with pytest.raises(Refused, match="not attached any more"):
        actions.detach(draft, by=officer, at=timezone.now(), number=1)
    attach(draft, officer)
    assert [(d.number, d.detached_at is None) for d in documents()] == [(1, False), (2, True)]
    with behind_wall(officer):
        assert list(Event.objects.filter(kind="rif.detach").values_list("data__number", flat=True)) == [1]


def test_a_refused_transaction_leaves_no_bytes_behind(draft: Rif, officer: Actor) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        attach(draft, officer)
        raise RuntimeError
    with behind_wall(system_actor()):
        assert (Document.objects.count(), Sealed.objects.count()) == (0, 0)


# ── At rest ──────────────────────────────────────────────────────────────────────────
def raw() -> bytes:
    with behind_wall(system_actor()), connection.cursor() as cursor:
        cursor.execute("SELECT data FROM documents_sealed")
        return b"".join(bytes(row[0]) for row in cursor.fetchall())


def test_the_database_holds_no_word_of_it_and_only_the_account_reads_the_key(
    draft: Rif, officer: Actor, keys: Path
) -> None:
    attach(draft, officer)
    assert b"Shipper" not in raw()
    assert len(raw()) == len(TEXT) + 12 + 16
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_bytes_that_were_changed_or_moved_are_not_opened(draft: Rif, officer: Actor) -> None:
    attach(draft, officer)
    attach(draft, officer, "two.txt", b"other words")
    one, two = documents()
    with behind_wall(system_actor()):
        theirs = Sealed.objects.get(document=two)
        Sealed.objects.filter(document=one).update(data=theirs.data)
        with pytest.raises(vault.Unopened, match="not what was sealed"):
            content_of(one)
        Sealed.objects.filter(document=two).update(data=bytes(theirs.data)[:-1] + b"\0")
        with pytest.raises(vault.Unopened, match="not what was sealed"):
            content_of(two)


def test_a_new_key_seals_everything_anew_and_the_old_one_may_be_forgotten(
    draft: Rif, officer: Actor, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        attach(draft, officer, f"{number}.txt", f"words {number}".encode())
    first, before = vault.keys()[0].name, raw()
    call_command("rotate_document_keys", "--forget")
    assert f"3 attachments under key {vault.keys()[0].name}, 1 older keys dropped." in capsys.readouterr().out
    known = vault.keys()
    assert first not in [key.name for key in known]
    assert raw() != before
    with behind_wall(system_actor()):
        assert [content_of(d) for d in documents()] == [b"words 0", b"words 1", b"words 2"]
        assert Event.objects.get(kind="documents.rotate").data["documents"] == 3
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_an_interrupted_rotation_goes_on_under_the_key_it_had_made(
    draft: Rif, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        attach(draft, officer, f"{number}.txt", f"words {number}".encode())
    seal, calls = vault.seal, iter(range(9))

    def interrupted(data: bytes, *, place: str) -> tuple[str, bytes]:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return seal(data, place=place)

    monkeypatch.setattr(vault, "seal", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rotate(at=timezone.now())
    made_key = vault.keys()[0].name
    monkeypatch.setattr(vault, "seal", seal)
    assert rotate(at=timezone.now()) == {"key": made_key, "documents": 2, "forgotten": 0}
    assert len(vault.keys()) == 2
    with behind_wall(system_actor()):
        assert [content_of(d) for d in documents()] == [b"words 0", b"words 1", b"words 2"]


def test_without_its_key_a_file_is_not_served_as_something_else(draft: Rif, officer: Actor, keys: Path) -> None:
    attach(draft, officer)
    keys.unlink()
    with behind_wall(officer), pytest.raises(vault.Unopened, match="is not in"):
        content_of(Document.objects.get())


# ── Who reads ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("who", "reads"),
    [("german_analyst", True), ("italian_officer", True), ("auditor", True), ("french_analyst", False),
     ("trader", False), ("swiss_analyst", False), ("survey_manager", False), ("italian_admin", False)],
)  # fmt: skip
def test_a_file_is_read_by_exactly_the_readers_of_its_rif(
    sent: Rif, cast: SimpleNamespace, who: str, reads: bool
) -> None:
    answer = getattr(cast, who).client().get(address(sent, "1/"))
    assert answer.status_code == (200 if reads else 404)
    assert (answer.content == TEXT) == reads
    actor = getattr(cast, who).actor
    with behind_wall(actor):
        assert Document.objects.visible_to(actor).exists() == reads
        assert (Document.objects.exists(), Sealed.objects.exists()) == (reads, reads), "the second wall alone"


def test_without_a_reader_there_is_no_file(sent: Rif) -> None:
    with behind_wall(None):
        assert (Document.objects.exists(), Sealed.objects.exists()) == (False, False)


def test_nobody_writes_a_file_to_a_rif_that_they_cannot_read(draft: Rif, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        attach(draft, cast.german_analyst.actor)
    from django.db.utils import ProgrammingError

    facts = {"subject_type": "rifs.rif", "subject_id": draft.pk, "number": 9, "size": 1, "attached_at": timezone.now()}
    with pytest.raises(ProgrammingError, match="row-level security"), behind_wall(cast.german_analyst.actor):
        Document.objects.create(**facts)


def test_a_file_is_served_to_be_kept_and_can_do_nothing(sent: Rif, cast: SimpleNamespace) -> None:
    answer = cast.german_analyst.client().get(address(sent, "1/"))
    assert answer["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    with behind_wall(system_actor()):
        look = AccessLog.objects.get(kind="document.read")
    assert (look.reference, look.data["number"], look.actor_name) == (sent.reference, 1, "German Analyst")


def test_other_numbers_and_strangers_get_the_same_answer_as_for_what_never_was(
    sent: Rif, cast: SimpleNamespace
) -> None:
    assert cast.german_analyst.client().get(address(sent, "2/")).status_code == 404
    assert Client().get(address(sent, "1/")).status_code == 302
    assert cast.french_analyst.client().get(address(sent)).status_code == 404


# ── The page ─────────────────────────────────────────────────────────────────────────
def upload(client: Client, rif: Rif, *files: tuple[str, bytes], **said: str) -> Any:
    chosen = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(address(rif), {"upload": chosen, "tlp": "AMBER", "shows": "", "description": "", **said})


def test_several_files_are_attached_at_once(draft: Rif, cast: SimpleNamespace) -> None:
    client = cast.italian_officer.client()
    answer = upload(client, draft, ("a.txt", b"words a"), ("b.pdf", made.pdf()), description="Two lists")
    assert answer.status_code == 302
    page = client.get(address(draft)).content.decode()
    assert "2 files attached." in page
    assert "Attachments (2)" in page
    assert page.count("Two lists") == 2
    assert "Checked, no virus scanner" in page


def test_the_bad_file_is_named_the_good_one_stays_and_what_was_typed_too(draft: Rif, cast: SimpleNamespace) -> None:
    client = cast.italian_officer.client()
    files = ("a.txt", b"words a"), ("virus.txt", made.EICAR), ("none.txt", b""), ("e.pdf", b"MZ")
    answer = upload(client, draft, *files, description="What I typed", tlp="AMBER+STRICT")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "virus.txt: Malware was found in this file (EICAR-Test-File). It was not kept." in page
    assert "none.txt: The file is empty (0 bytes)." in page
    assert "e.pdf: Programs cannot be attached." in page
    assert 'href="#id_upload"' in page
    assert 'value="What I typed"' in page
    assert '<option value="AMBER+STRICT" selected>' in page
    assert [d.name for d in documents()] == ["a.txt"]
    assert "1 file attached." in page


def test_a_file_over_the_limit_is_not_even_held(draft: Rif, cast: SimpleNamespace, settings: Any) -> None:
    settings.DOCUMENT_LIMIT = 2**20
    answer = upload(cast.italian_officer.client(), draft, ("large.txt", b"x" * (3 * 2**20)), ("ok.txt", b"fine words"))
    assert "large.txt: The file is too large: 3.0\xa0MB. At most 1.0\xa0MB can be attached." in answer.content.decode()
    assert [d.name for d in documents()] == ["ok.txt"]


def test_no_upload_touches_the_disk(draft: Rif, cast: SimpleNamespace, tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads-would-fail-here")
    assert upload(cast.italian_officer.client(), draft, ("a.txt", b"word " * 10**6)).status_code == 302


def test_no_file_chosen_is_said_at_its_place(draft: Rif, cast: SimpleNamespace) -> None:
    answer = upload(cast.italian_officer.client(), draft, description="What I typed")
    assert answer.status_code == 422
    assert "Choose at least one file." in answer.content.decode()


def test_readers_see_files_but_no_form_and_cannot_post(sent: Rif, cast: SimpleNamespace) -> None:
    client = cast.german_analyst.client()
    page = client.get(address(sent)).content.decode()
    assert "List of shippers" in page
    assert "note.txt" in page
    assert 'type="file"' not in page
    assert "Italian Officer" not in page, "the person is the issuer's affair"
    assert upload(client, sent, ("a.txt", b"words")).status_code == 302
    assert len(documents()) == 1


def test_a_file_is_taken_off_after_a_question(draft: Rif, cast: SimpleNamespace, officer: Actor) -> None:
    attach(draft, officer)
    client = cast.italian_officer.client()
    assert "Remove note.txt" in client.get(address(draft, "1/detach/")).content.decode()
    assert len([d for d in documents() if d.detached_at is None]) == 1, "asking removes nothing"
    client.post(address(draft, "1/detach/"))
    page = client.get(address(draft)).content.decode()
    assert "note.txt was removed." in page
    assert "No file is attached" in page
    assert client.get(address(draft, "1/")).status_code == 404


def test_what_the_picture_lost_and_what_to_look_at_is_shown(draft: Rif, cast: SimpleNamespace) -> None:
    client = cast.italian_officer.client()
    upload(client, draft, ("seal.jpg", made.photo()), shows="PHOTO")
    upload(client, draft, ("scan.pdf", made.pdf("")))
    page = client.get(address(draft)).content.decode()
    assert "camera data, place where it was taken, texts and names" in page
    assert "Photograph" in page
    assert "could not be read: look at its marking yourself" in page


def test_what_was_typed_when_the_session_ended_is_back(draft: Rif, cast: SimpleNamespace) -> None:
    client = Client()
    assert upload(client, draft, ("a.txt", b"words"), description="What I typed").status_code == 302
    client.force_login(cast.italian_officer.user)
    page = client.get(address(draft)).content.decode()
    assert 'value="What I typed"' in page
    assert "Choose the files again" in page
    assert documents() == []
