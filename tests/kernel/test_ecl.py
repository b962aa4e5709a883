"""The parts of pages: what they say, and that the library knows every class they use."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone

from apps.kernel.charts import PLACED, grid_of, short
from apps.kernel.refusals import Refusal
from apps.kernel.templatetags.ecl import ALIASES, face_of, span_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VENDOR = settings.BASE_DIR / "static" / "vendor"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
fetched = pytest.mark.skipif(not VENDOR.exists(), reason="the library is not fetched; `make assets` does it")


def shown(text: str, **context: Any) -> str:
    """A template with the tags, rendered at a fixed moment."""
    with timezone.override("Europe/Brussels"):
        return str(Template("{% load ecl %}" + text).render(Context({"now": NOW, **context})))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 m"), (19, "19 m"), (60, "1 h 00 m"), (2500, "41 h 40 m"), (2880, "2 d 0 h"), (4279, "2 d 23 h")],
)
def test_a_length_of_time_is_told_in_two_units_and_never_rounded_up(minutes: int, words: str) -> None:
    assert span_of(timedelta(minutes=minutes, seconds=59)) == words


@pytest.mark.parametrize(
    ("due", "done", "kind", "words", "used"),
    [
        (timedelta(hours=-2), None, "over", "2 h 00 m over", 100),
        (timedelta(hours=6), None, "soon", "6 h 00 m left", 80),
        (timedelta(hours=72), None, "ahead", "3 d 0 h left", 25),
        (timedelta(hours=1), timedelta(hours=-4), "done", "in 20 h 00 m", 100),
        (timedelta(hours=-6), timedelta(hours=-4), "late", "in 20 h 00 m, 2 h 00 m late", 100),
    ],
)
def test_a_clock_shows_what_is_left_over_or_done(
    due: timedelta, done: timedelta | None, kind: str, words: str, used: int
) -> None:
    stopped = None if done is None else NOW + done
    face = face_of(NOW + due, done=stopped, start=NOW - timedelta(hours=24), now=NOW)
    assert (face.kind, face.words, face.used) == (kind, words, used)


def test_a_clock_has_a_sign_words_a_bar_and_the_full_moment() -> None:
    html = shown("{% clock due start=start %}", due=NOW + timedelta(hours=2), start=NOW - timedelta(hours=2))
    assert "#clock" in html
    assert "2 h 00 m left" in html
    assert 'title="24 Nov 2026, 15:00 CET"' in html
    assert 'width="50" height="4"' in html
    assert "style=" not in html


def test_a_clock_that_is_not_set_shows_nothing() -> None:
    assert shown("{% clock due %}", due=None) == ""


def test_a_moment_is_short_with_its_zone_on_hover_and_its_year_when_it_is_another() -> None:
    assert "<span>21 Nov</span> <span>13:02</span>" in shown(
        "{% when m %}", m=datetime(2026, 11, 21, 12, 2, tzinfo=UTC)
    )
    summer = shown("{% when m %}", m=datetime(2025, 7, 1, 12, 0, tzinfo=UTC))
    assert "<span>1 Jul 2025</span> <span>14:00</span>" in summer
    assert "CEST" in summer


@pytest.mark.parametrize(
    ("kind", "name"), [(1, "pill--1"), ("IN_REVIEW", "pill--in-review"), ('x" onload="', "pill--x-onload")]
)
def test_a_pill_carries_its_code_and_nothing_else(kind: str | int, name: str) -> None:
    assert f'class="pill {name}"' in shown("{% pill kind 'Word' %}", kind=kind)


def test_text_of_people_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    html = shown("{% pill 1 t %}{% org t t %}{% button t href=t name=t %}{% icon 'bell' label=t %}{% tab t t %}"
                 "{% card title=t %}{{ t }}{% endcard %}{% page_header title=t meta=t %}{% endpage_header %}"
                 "{% empty_state t t %}{% tile_grid tiles %}", t=evil, request=Asked("/"),
                 tiles=[{"code": evil, "name": evil, "state": "waiting"}])  # fmt: skip
    assert "<script" not in html


def test_a_share_of_nothing_is_empty_not_an_error() -> None:
    assert '<rect class="bar__fill" width="0"' in shown("{% share 0 0 %}")
    assert "<strong>25</strong>/26" in shown("{% share 25 26 %}")


def test_a_refused_button_cannot_be_pressed_and_says_why() -> None:
    html = shown("{% button 'Publish' refusal=no %}", no=Refusal("A second person must review it."))
    assert 'type="button"' in html
    assert 'aria-disabled="true" aria-describedby="why-publish"' in html
    assert '<span class="refused__why" id="why-publish">A second person must review it.</span>' in html
    assert 'type="submit"' in shown("{% button 'Publish' refusal=no %}", no=None)


class Asked:
    """A request of which only the path is looked at."""

    def __init__(self, path: str) -> None:
        self.path = path


def test_the_tab_of_the_page_is_marked() -> None:
    html = shown(
        "{% tabs label='Parts' %}{% tab 'A' '/a/' %}{% tab 'B' '/b/' count=3 %}{% endtabs %}", request=Asked("/b/")
    )
    assert html.count('aria-current="page"') == 1
    assert 'href="/b/" aria-current="page">B (3)</a>' in html


class Word(forms.Form):
    """One of each."""

    reason = forms.CharField(label="Reason", help_text="Others read this.", widget=forms.Textarea)
    roles = forms.MultipleChoiceField(label="Roles", choices=[("A", "Analyst")], widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(label="Until", required=False)


def test_an_error_stands_at_its_field_and_in_the_summary() -> None:
    html = shown("{% error_summary f %}{% for b in f %}{% field b %}{% endfor %}", f=Word({"until": "never"}))
    assert "3 answers need correcting" in html
    assert 'href="#id_reason">Reason: This field is required.' in html
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in html
    for name in re.findall(r'(?:href="#|aria-describedby=")([\w ]+)"', html):
        for target in name.split():
            assert f'id="{target}"' in html, target


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert shown("{% error_summary f %}", f=Word()).strip() == ""


@pytest.mark.parametrize(("minutes", "letters"), [(49, "49m"), (141, "2h21m"), (60, "1h00m"), (4560, "3d4h")])
def test_a_tile_has_room_for_few_letters(minutes: int, letters: str) -> None:
    assert short(timedelta(minutes=minutes)) == letters


def test_every_member_state_and_both_neighbours_have_a_place_of_their_own() -> None:
    css = (settings.BASE_DIR / "static" / "parts.css").read_text()
    places = re.findall(r"\.tile-([a-z]{2}) \{ grid-area: ([^;]+);", css)
    assert {code.upper() for code, _area in places} == PLACED
    assert len(PLACED) == 29
    assert len({area for _code, area in places}) == 29


def test_tiles_tell_their_state_in_words_and_what_has_no_place_stands_beside() -> None:
    grid = grid_of([
        {"code": "NL", "state": "sender"},
        {"code": "GR", "state": "in_time", "taken": timedelta(minutes=35), "name": "Greece"},
        {"code": "OLAF", "state": "waiting"},
    ])  # fmt: skip
    assert [(tile.code, tile.place, tile.text) for tile in grid.placed] == [
        ("NL", "tile-nl", "Sender"), ("GR", "tile-el", "35m"),
    ]  # fmt: skip
    assert [tile.code for tile in grid.beside] == ["OLAF"]
    assert [state for state, _words in grid.legend] == ["in_time", "waiting", "sender"]
    assert "Greece: In time." in shown("{% tile_grid t %}", t=[{"code": "EL", "state": "in_time", "name": "Greece"}])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_a_template_has_nothing_that_the_security_policy_forbids(path: Path) -> None:
    text = re.sub(r"{%.*?%}", "", path.read_text())
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<style", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


@fetched
def test_the_library_knows_every_class_of_it_that_our_pages_use() -> None:
    known = set(re.findall(r"\.(ecl-[\w-]+)", (VENDOR / "ecl" / "ecl-ec.css").read_text()))
    sources = [*TEMPLATES, settings.BASE_DIR / "apps" / "kernel" / "templatetags" / "ecl.py"]
    used = {
        (path.name, name)
        for path in sources
        for name in re.findall(r"(?<![-\w/])ecl-[a-z][\w-]*[a-z0-9]\b(?![-{])", path.read_text())
    }
    # Without a rule of their own in the library, but part of its markup.
    plain = {"ecl-checkbox__text", "ecl-radio__text", "ecl-button__label"}
    assert {(where, name) for where, name in used if name not in known | plain} == set()


@fetched
def test_the_sprite_has_every_sign_that_our_pages_use() -> None:
    signs = set(re.findall(r'id="([\w-]+)"', (VENDOR / "icons" / "icons.svg").read_text()))
    pages = "\n".join(path.read_text() for path in TEMPLATES)
    used = set(re.findall(r'{% icon "([\w-]+)"|sign="([\w-]+)"', pages))
    wanted = {ALIASES.get(a or b, a or b) for a, b in used} | {"check", "clock", "warning-round", *ALIASES.values()}
    assert wanted - signs == set()
