"""Damaged RASFF files: every bad row is located, and no good one is lost."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from apps.exchange.importers.names import Directory, Named, UnknownName, directory
from apps.reference.report import TableError
from tests.exchange.conftest import ROW, Write, all_rifs, places

pytestmark = pytest.mark.django_db


# ── Names ────────────────────────────────────────────────────────────────────────────


def test_a_name_that_holds_a_comma_stays_whole() -> None:
    names = directory().split("Aruba,Bonaire, Sint Eustatius and Saba,,Curaçao")
    assert names == ["Aruba", "Bonaire, Sint Eustatius and Saba", "Curaçao"]


def test_a_misspelt_name_is_refused_with_the_one_that_was_perhaps_meant() -> None:
    with pytest.raises(UnknownName, match="perhaps “Germany” was meant"):
        directory().find("Germny")


def test_names_are_found_whatever_their_case_and_the_form_of_their_accents() -> None:
    known = Directory([Named("Türkiye", "TR")])
    assert known.find("TÜRKIYE").code == known.find("Türkiye").code == "TR"


# ── Bad rows and bad files ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("reference", "2024.001", "at least four digits"),
        ("reference", "", "at least four digits"),
        ("date", "02/01/2024", "is not a date"),
        ("date", "2042-01-02 10:21:09", "in the future"),
        ("date", "1066-10-14 09:00:00", "before RASFF"),
        ("notifying_country", "Itly", "perhaps “Italy” was meant"),
        ("notifying_country", "", "is not the name"),
        ("classification", "rumour", "is none of"),
        ("subject", " ", "is empty"),
        ("forFollowUp", "Germany,Frnace", "perhaps “France” was meant"),
        ("forAttention", "Atlantis", "“Atlantis”"),
        ("distribution", "Greece;Andorra", "“Greece;Andorra”"),
    ],
)
def test_a_bad_field_is_located_and_the_other_rows_are_taken(
    write: Write, bring: Any, column: str, value: str, reason: str
) -> None:
    report = bring(write({}, {"reference": "2024.0011", column: value}, {"reference": "2024.0012"}))
    assert report.accepted == 2
    assert places(report) == [(3, column)]
    assert reason in report.rejected[0].reason


def test_a_doubtful_origin_or_decision_is_kept_and_told(write: Write, bring: Any) -> None:
    report = bring(write({"origin": "Atlantis", "risk_decision": "who knows"}))
    assert report.accepted == 1
    assert [(doubt.line, doubt.field) for doubt in report.doubted] == [(2, "risk_decision"), (2, "origin")]
    assert "Origin: Atlantis." in all_rifs()[0].content["summary"]


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b'2024.0011,nuts,food,"Aflatox', "quotation mark"),
        (b"2024.0011,nuts,food,Aflatoxin in pist", "4 fields"),
        ("2024.0011,nuts,food,Türk,,,,,,,,,,,,\n".encode("cp1252"), "not UTF-8 at byte"),
        ("2024.0011,nuts,food,TÃ¼rk,,,,,,,,,,,,\n".encode(), "encoded twice"),
        (b"2024.0011,nuts,food,\0,,,,,,,,,,,,\n", "letters were lost"),
    ],
)
def test_a_damaged_line_costs_only_itself(write: Write, bring: Any, tail: bytes, reason: str) -> None:
    report = bring(write({}, tail=tail))
    assert report.accepted == 1
    assert places(report) == [(3, "line")]
    assert reason in report.rejected[0].reason


def test_an_archive_cut_short_gives_all_its_whole_rows(write: Write, bring: Any, tmp_path: Path) -> None:
    plain = write(*({"reference": f"2024.{number:04}", "subject": f"Figs {number * 7919}"} for number in range(200)))
    packed = gzip.compress(plain.read_bytes())
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    report = bring(cut)
    assert 0 < report.accepted < 200
    assert [rejection.field for rejection in report.rejected] == ["file"]
    assert report.rejected[0].line == report.accepted + 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not UTF-8"),
        (b'{"alerts": []}\n', "lacks: reference"),
        (b"a" * 200_000, "not a table"),
        (b"\x1f\x8bnot really gzip", "lacks: reference"),
    ],
)
def test_a_file_that_is_not_the_table_is_refused_as_a_whole(
    bring: Any, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(TableError, match=reason):
        bring(path)


def test_a_missing_column_is_named(write: Write, bring: Any) -> None:
    with pytest.raises(TableError, match="lacks: forFollowUp"):
        bring(write({}, columns=[name for name in ROW if name != "forFollowUp"]))
