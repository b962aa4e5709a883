"""The command by which an operator loads a published list."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.reference.models import Commodity, Location

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> tuple[str, str]:
    """What the command prints, and what it complains of."""
    out, err = StringIO(), StringIO()
    call_command("load_reference", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_report_tells_counts_and_each_rejected_row(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("code,name,state,active_from\nITGOA,Genova,valid,2021-01-01\nITG,Genova,valid,2021-01-01\n")
    out, err = run("unlocode", path)
    assert out == "1 accepted, 0 updated, 0 unchanged, 0 passed over, 0 ended, 1 rejected.\n"
    assert err.startswith('line 3, code: "ITG" is not')
    assert Location.objects.count() == 1


def test_a_damaged_nomenclature_says_that_nothing_was_ended(tmp_path: Path) -> None:
    path = tmp_path / "cn.csv"
    path.write_text("year,level,code,name_en,supplementary_unit\n2026,8,85171300,Smartphones,PST\n2026,8\n")
    out, _err = run("cn", path, "--year", 2026)
    assert "nothing was ended" in out
    assert Commodity.objects.filter(code="85171300").exists()


def test_the_report_can_be_read_by_a_machine(tmp_path: Path) -> None:
    path = tmp_path / "offices.csv"
    path.write_text("id,country,language,name,roles,active_from,state\nBEANR21,BE,NL,A,EXP,2019-01-01,valid\n")
    out, _err = run("offices", path, "--json")
    assert json.loads(out)["rejected"][0]["line"] == 2


def test_a_file_that_is_not_the_table_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="heading lacks"):
        run("cn", path)
    with pytest.raises(CommandError, match="No such file"):
        run("cn", tmp_path / "missing.csv")
