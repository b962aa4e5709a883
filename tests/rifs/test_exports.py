"""An export holds exactly the filtered rows, all of them, says how it must be handled, and is never whole in memory."""

import csv
import hashlib
import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient
from django.utils import timezone

from apps.audit.models import AccessLog
from apps.kernel.actor import system_actor
from apps.kernel.spreadsheet import Sheet, fit, sheets_of, spreadsheet
from apps.kernel.wall import NOBODY, behind_wall
from apps.rifs import exports
from apps.rifs.models import Rif
from apps.rifs.register import Filter
from tests.conftest import Publish

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def sheets(body: bytes) -> dict[str, list[list[str]]]:
    """A workbook as a spreadsheet would read it: the rows of each sheet by its title."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert book.testzip() is None
        titles = [s.attrib["name"] for s in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        found = {}
        for number, title in enumerate(titles, 1):
            tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(tree.iter(f"{MAIN}f")), "no cell is a formula"
            found[title] = [["".join(cell.itertext()) for cell in row] for row in tree.iter(f"{MAIN}row")]
    return found


def fetch(person: Any, form: str, query: str = "") -> Any:
    return person.client().get(f"/rifs/export/{form}/?{query}")


@pytest.fixture
def three(publish: Publish) -> list[Rif]:
    return [
        publish(title='=HYPERLINK("http://evil.example")', tlp="GREEN"),
        publish(title='Comma, "quote"\u2028 and ünïcode', tlp="AMBER", for_action=["DE", "FR"]),
        publish(title="Only for France _x0041_ <&>", tlp="AMBER+STRICT", for_action=["FR"]),
    ]


def test_the_three_forms_hold_the_same_rows_count_and_checksum(cast: SimpleNamespace, three: list[Rif]) -> None:
    answers = {form: fetch(cast.german_analyst, form) for form in exports.FORMS}
    assert all(answer.streaming for answer in answers.values())
    bodies = {form: answer.getvalue() for form, answer in answers.items()}
    rows, told, book = table(bodies["csv"]), json.loads(bodies["json"]), sheets(bodies["xlsx"])
    wanted = {rif.reference for rif in three[:2]}
    assert {row["reference"] for row in rows} == {row["reference"] for row in told["rifs"]} == wanted
    assert book["RIFs"] == [list(exports.COLUMNS), *([row[name] for name in exports.COLUMNS] for row in rows)]
    lines = bodies["csv"].split(b"\r\n", 1)[1]
    assert told["sha256"] == hashlib.sha256(lines).hexdigest()
    about = dict(tuple(row) for row in book["About"][1:])
    assert (about["count"], about["sha256"]) == ("2", told["sha256"])
    assert told["count"] == 2
    assert about["exported by"] == "German Analyst, Germany"
    with behind_wall(system_actor()):
        notes = AccessLog.objects.filter(kind="rif.exported").order_by("pk")
        assert [(n.data["form"], n.data["count"], n.data["sha256"]) for n in notes] == [
            (form, 2, told["sha256"]) for form in ("csv", "json", "xlsx")
        ]


def test_no_cell_is_a_formula_and_no_text_is_changed_otherwise(cast: SimpleNamespace, three: list[Rif]) -> None:
    titles = {row["title"] for row in table(fetch(cast.german_analyst, "csv").getvalue())}
    assert titles == {'\'=HYPERLINK("http://evil.example")', three[1].title}
    french = sheets(fetch(cast.french_analyst, "xlsx").getvalue())["RIFs"]
    assert fit("_x0041_") == "_x005F_x0041_", "or a spreadsheet would read the letter A"
    assert fit("a\x00\x1f\ufffeb\tc") == "ab\tc"
    assert any("Only for France" in row[1] and "<&>" in row[1] for row in french)


@pytest.mark.parametrize(
    ("who", "query", "name"),
    [("german_analyst", "", "TLP-AMBER"), ("french_analyst", "", "TLP-AMBER-STRICT"),
     ("german_analyst", "q=nothing+like+it", "TLP-CLEAR"), ("swiss_analyst", "", "TLP-CLEAR")],
)  # fmt: skip
def test_the_narrowest_marking_stands_in_the_name_and_in_the_file(
    cast: SimpleNamespace, three: list[Rif], who: str, query: str, name: str
) -> None:
    for form in exports.FORMS:
        answer = fetch(getattr(cast, who), form, query)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="rifs-{name}.{form}"'
        body = answer.getvalue()
        if form == "json":
            assert json.loads(body)["marking"].replace(":", "-").replace("+", "-") == name
        if form == "xlsx":
            about = dict(tuple(row) for row in sheets(body)["About"][1:])
            assert about["marking"].replace(":", "-").replace("+", "-") == name


def test_what_comes_in_narrower_meanwhile_is_left_out(
    cast: SimpleNamespace, publish: Publish, three: list[Rif]
) -> None:
    with behind_wall(cast.german_analyst.actor):
        asked = exports.ask(cast.german_analyst.actor, Filter(), timezone.now(), "csv", "")
    publish(title="Later", tlp="AMBER+STRICT")
    assert len(table(b"".join(exports.parts(asked)))) == 2


@pytest.mark.parametrize("scope", ["received", "sent", "preparation", "all"])
@pytest.mark.parametrize("sort", ["clock", "newest", "oldest"])
def test_an_export_is_the_list_page_by_page(
    cast: SimpleNamespace, three: list[Rif], publish: Publish, scope: str, sort: str
) -> None:
    for number in range(4):
        publish(title=f"More {number}", for_action=["DE"])
    from django.http import QueryDict

    from apps.rifs.register import page_of

    for person in (cast.german_analyst, cast.italian_analyst, cast.auditor):
        query = QueryDict(f"scope={scope}&sort={sort}")
        with behind_wall(person.actor):
            listed = page_of(person.actor, Filter.read(query), timezone.now(), 100).rows
        rows = table(fetch(person, "csv", query.urlencode()).getvalue())
        assert [row["reference"] for row in rows] == [row.rif.reference for row in listed]
        assert [row["due"] for row in rows] == [
            row.delivery.due_at.isoformat(timespec="microseconds") if row.delivery else "" for row in listed
        ]


# ── While it is sent ─────────────────────────────────────────────────────────────────
def test_a_reader_who_goes_away_ends_the_transaction(cast: SimpleNamespace, three: list[Rif]) -> None:
    for form in exports.FORMS:
        asked = exports.ask(cast.german_analyst.actor, Filter(), timezone.now(), form, "")
        parts = exports.parts(asked)
        next(parts)
        assert connection.vedette_reader != NOBODY  # type: ignore[attr-defined]
        parts.close()
        assert connection.vedette_reader == NOBODY  # type: ignore[attr-defined]
    with behind_wall(system_actor()):
        assert not AccessLog.objects.filter(kind="rif.exported").exists(), "it was not taken"


def test_the_second_wall_stands_while_it_is_sent(
    cast: SimpleNamespace, three: list[Rif], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.kernel.subjects.SubjectQuerySet.visible_to", lambda self, actor: self.all())
    rows = table(fetch(cast.german_analyst, "csv", "scope=all").getvalue())
    assert {row["reference"] for row in rows} == {rif.reference for rif in three[:2]}


@pytest.mark.parametrize("form", list(exports.FORMS))
def test_an_asynchronous_server_sends_it_part_by_part(cast: SimpleNamespace, three: list[Rif], form: str) -> None:
    async def ask() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(cast.german_analyst.user)
        answer = await client.get(f"/rifs/export/{form}/")
        assert answer.is_async
        return [part async for part in answer]

    sent = async_to_sync(ask)()
    assert len(sent) > (1 if form != "xlsx" else 0)
    assert three[0].reference.encode() in b"".join(sent) or form == "xlsx"
    assert connection.vedette_reader == NOBODY  # type: ignore[attr-defined]


# ── A spreadsheet of any length ──────────────────────────────────────────────────────
def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next() -> None:
    rows = ([str(number)] for number in range(25))
    book = sheets(b"".join(spreadsheet(sheets_of("Rows", ["number"], rows, "TLP:GREEN & more", most=10))))
    assert list(book) == ["Rows", "Rows 2", "Rows 3"]
    assert [row[0] for title in book for row in book[title][1:]] == [str(number) for number in range(25)]
    assert all(book[title][0] == ["number"] for title in book)
    assert list(sheets(b"".join(spreadsheet(sheets_of("Rows", ["x"], iter([]), "TLP:CLEAR"))))) == ["Rows"]
    exact = sheets(b"".join(spreadsheet(sheets_of("Rows", ["x"], iter([["1"]] * 10), "TLP:CLEAR", most=10))))
    assert list(exact) == ["Rows"]


def test_each_printed_page_bears_the_marking() -> None:
    body = b"".join(spreadsheet([Sheet("Rows", ["x"], iter([]), "TLP:AMBER & more")]))
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        text = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r"<oddHeader>&amp;CTLP:AMBER &amp;&amp; more</oddHeader>", text)


def test_a_long_spreadsheet_needs_no_more_memory_than_a_short_one() -> None:
    def peak(size: int) -> tuple[int, int]:
        def rows() -> Iterator[list[str]]:
            for number in range(size):
                yield [f"RIF/IT/2026/{number:06d}", "A title of usual length, as an officer writes it"] * 4

        tracemalloc.start()
        sent = sum(len(part) for part in spreadsheet(sheets_of("Rows", ["x"] * 8, rows(), "TLP:CLEAR")))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most, sent

    short, long = peak(3_000), peak(30_000)
    assert long[1] > 5 * short[1]
    assert long[0] < 1.2 * short[0]
