"""Customs offices and UN/LOCODE from files, whole and damaged."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError

from apps.reference.loaders import load_locations, load_offices
from apps.reference.models import CustomsOffice, Location
from apps.reference.report import Report, TableError
from apps.reference.table import opened

OFFICES = "id,country,language,name,roles,active_from,state"
PLACES = "code,name,state,active_from"
ANTWERP = "BEANR216,BE,NL,Antwerpen,EXP IMP,2019-01-01,valid"


def offices(*lines: str) -> Report:
    return load_offices(BytesIO("\n".join([OFFICES, *lines]).encode()))


def places(*lines: str) -> Report:
    return load_locations(BytesIO("\n".join([PLACES, *lines]).encode()))


def test_the_english_name_of_an_office_is_kept_else_the_first(base: None) -> None:
    report = offices(
        "BEANR216,BE,FR,Anvers,EXP IMP,2019-01-01,valid",
        "BEANR216,BE,EN,Antwerp,EXP IMP,2019-01-01,valid",
        "BEANR216,BE,NL,Antwerpen,EXP IMP,2019-01-01,valid",
        "BEBRU000,BE,FR,Bruxelles,AUT,2019-01-01,valid",
        "BEBRU000,BE,NL,Brussel,AUT,2019-01-01,valid",
    )
    assert dict(CustomsOffice.objects.values_list("code", "name")) == {"BEANR216": "Antwerp", "BEBRU000": "Bruxelles"}
    assert (report.accepted, report.passed_over) == (2, 3)
    assert CustomsOffice.objects.get(code="BEANR216").roles == ["EXP", "IMP"]


def test_a_second_load_changes_nothing_and_a_new_name_is_an_update(base: None) -> None:
    offices(ANTWERP)
    again = offices(ANTWERP)
    assert (again.accepted, again.updated, again.unchanged) == (0, 0, 1)
    renamed = offices(ANTWERP.replace("Antwerpen", "Antwerpen Haven"))
    assert renamed.updated == 1
    assert str(CustomsOffice.objects.get()) == "BEANR216 Antwerpen Haven"


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("BEANR21,BE,NL,Antwerpen,EXP,2019-01-01,valid", "id", "six letters or digits"),
        ("ZZANR216,ZZ,NL,Nowhere,EXP,2019-01-01,valid", "country", "no country"),
        ("BEANR216,NL,NL,Antwerpen,EXP,2019-01-01,valid", "country", "not the country of BEANR216"),
        ("BEANR216,BE,NL,,EXP,2019-01-01,valid", "name", "0 characters"),
        ("BEANR216,BE,NL,Antwerpen,EXP,01.02.2019,valid", "active_from", "not a date"),
        ("BEANR216,BE,NL,Antwerpen,EXP,2019-01-01,closed", "state", "neither valid nor invalid"),
        (",BE,NL,Antwerpen,EXP,2019-01-01,valid", "id", "empty"),
        ("BEANR216,BE,NL,Antwerpen", "line", "4 fields where the heading has 7"),
        ("BEBRU000,BE,NL,Brussel,AUT,2019-01-01,valid", "code", "doubled; it stands on line 2"),
        ("BEANR216,BE,NL,AnversÃ©,EXP,2019-01-01,valid", "line", "encoded twice"),
        ("BEANR216,BE,NL,Anvers\ufffd,EXP,2019-01-01,valid", "line", "letters were lost"),
    ],
)
def test_a_bad_row_is_located_and_the_good_one_is_kept(base: None, line: str, field: str, words: str) -> None:
    report = offices("BEBRU000,BE,NL,Brussel,AUT,2019-01-01,valid", line)
    assert [(bad.line, bad.field) for bad in report.rejected] == [(3, field)]
    assert words in str(report.rejected[0])
    assert list(CustomsOffice.objects.values_list("code", flat=True)) == ["BEBRU000"]


def test_a_line_in_another_encoding_is_located_by_its_byte(base: None) -> None:
    lines = f"{PLACES}\nITGOA,Genova,valid,2021-01-01\n".encode() + b"DEKOL,K\xf6ln,valid,2021-01-01\n"
    report = load_locations(BytesIO(lines))
    assert str(report.rejected[0]) == "line 3, line: not UTF-8 at byte 8 (0xf6)"
    assert Location.objects.get().code == "ITGOA"


@pytest.mark.parametrize("line", ["ITGO1,Genova,valid,2021-01-01", "IGOA,Genova,valid,2021-01-01"])
def test_a_location_has_the_shape_of_a_un_locode(base: None, line: str) -> None:
    assert places(line).rejected[0].field == "code"


def test_blank_lines_and_small_letters_do_no_harm(base: None) -> None:
    assert places("", "itgoa,Genova,valid,2021-01-01", "").accepted == 1
    assert Location.objects.get().code == "ITGOA"


def test_a_file_with_another_heading_is_refused_as_a_whole(base: None) -> None:
    with pytest.raises(TableError, match="active_from"):
        load_locations(BytesIO(b"code,name,state\nITGOA,Genova,valid"))
    with pytest.raises(TableError, match="UTF-8"):
        load_locations(BytesIO(b"code,n\xe4me\n"))
    with pytest.raises(TableError):
        load_locations(BytesIO(b""))


def test_a_byte_order_mark_does_no_harm(base: None) -> None:
    text = b"\xef\xbb\xbf" + f"{PLACES}\nITGOA,Genova,valid,2021-01-01".encode()
    assert load_locations(BytesIO(text)).accepted == 1


def test_an_archive_that_ends_early_keeps_what_came_before(base: None, tmp_path: Path) -> None:
    rows = [f"IT{a}{b}{c},Luogo,valid,2021-01-01" for a in "ABCDEFGH" for b in "ABCDEFGH" for c in "ABCDEFGHIJ"]
    whole = gzip.compress("\n".join([PLACES, *rows]).encode())
    path = tmp_path / "places.csv.gz"
    path.write_bytes(whole[: len(whole) * 3 // 4])
    with opened(path) as source:
        report = load_locations(source)
    assert report.rejected[-1].field in {"file", "line"}
    assert not report.complete
    assert 0 < report.accepted < len(rows)


def test_a_plain_file_is_read_like_an_archive(base: None, tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(f"{PLACES}\nITGOA,Genova,valid,2021-01-01\n")
    with opened(path) as source:
        assert load_locations(source).accepted == 1


@pytest.mark.django_db
def test_the_database_itself_refuses_an_office_of_another_country(base: None) -> None:
    with pytest.raises(IntegrityError):
        CustomsOffice.objects.create(code="BEANR216", country_id="NL", name="Antwerp", active_from="2019-01-01")


def test_places_are_found_by_code_and_by_name(base: None) -> None:
    places("ITGOA,Genova,valid,2021-01-01", "CHGVA,Geneva,valid,2021-01-01")
    assert [str(place) for place in Location.objects.matching("itg")] == ["ITGOA Genova"]
    assert Location.objects.matching("gen").count() == 2


@pytest.mark.data
def test_the_published_lists_load_without_loss(shared: Path, base: None) -> None:
    with opened(shared / "customs_offices_2025-02-12.csv.gz") as source:
        report = load_offices(source)
    assert (report.accepted, report.passed_over, report.rejected) == (4162, 730, [])
    with opened(shared / "unlocode.csv.gz") as source:
        assert load_locations(source).accepted == 99_539
