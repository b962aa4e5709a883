"""Loading published lists of places from files: customs offices and UN/LOCODE.

Each loader takes the bytes of a CSV table, streams them, keeps every good row and reports the others.
Loading the same file again changes nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TypeVar

from django.db import transaction

from apps.reference.models import Country, CustomsOffice, Location, PlaceState
from apps.reference.report import FieldError, Report
from apps.reference.table import rows
from apps.reference.validators.finding import fits

BATCH = 2000
LONGEST_NAME = 120
OFFICE_COLUMNS = ("id", "country", "language", "name", "roles", "active_from", "state")
LOCATION_COLUMNS = ("code", "name", "state", "active_from")

Place = TypeVar("Place", CustomsOffice, Location)
Key = TypeVar("Key")
Numbered = tuple[int, dict[str, str]]


def load_offices(source: Iterable[bytes]) -> Report:
    """Customs offices with their roles; of the names in several languages the English one, else the first."""
    report = Report()
    countries = set(Country.objects.values_list("code", flat=True))
    chosen: dict[str, tuple[str, CustomsOffice]] = {}
    seen: dict[tuple[str, str], int] = {}
    for line, row in good_rows(rows(source, OFFICE_COLUMNS, report), report, "id"):
        language, code = row["language"].upper(), row["id"]
        try:
            first_time(seen, (code, language), line)
            office = _office(row, countries)
        except FieldError as bad:
            report.reject(line, bad.name, bad.reason)
            continue
        if code in chosen:
            report.passed_over += 1
            if language != "EN" or chosen[code][0] == "EN":
                continue
        chosen[code] = (language, office)
    with transaction.atomic():
        offices = (office for _language, office in chosen.values())
        _store(CustomsOffice, offices, ("country_id", "name", "roles", "active_from", "state"), report)
    return report


def load_locations(source: Iterable[bytes]) -> Report:
    """Places under their UN/LOCODE."""
    report = Report()
    seen: dict[str, int] = {}

    def places() -> Iterator[Location]:
        for line, row in good_rows(rows(source, LOCATION_COLUMNS, report), report, "code"):
            try:
                first_time(seen, row["code"], line)
                yield _location(row)
            except FieldError as bad:
                report.reject(line, bad.name, bad.reason)

    with transaction.atomic():
        _store(Location, places(), ("name", "active_from", "state"), report)
    return report


def good_rows(numbered: Iterable[Numbered], report: Report, name: str) -> Iterator[Numbered]:
    """Rows that say which code they are about; the code in upper case."""
    for line, row in numbered:
        row[name] = row[name].upper()
        if row[name]:
            yield line, row
        else:
            report.reject(line, name, "empty", hides_code=True)


def first_time(seen: dict[Key, int], key: Key, line: int) -> None:
    """Refuse what was on an earlier line already."""
    if key in seen:
        raise FieldError("code", f"doubled; it stands on line {seen[key]} already")
    seen[key] = line


def _office(row: dict[str, str], countries: set[str]) -> CustomsOffice:
    """A row as a customs office."""
    code, country = row["id"], row["country"].upper()
    if not fits(r"[A-Z]{2}[A-Z0-9]{6}", code):
        raise FieldError("id", f'"{code}" is not a country code and six letters or digits')
    if country not in countries:
        raise FieldError("country", f'there is no country with the code "{country}"')
    if not code.startswith(country):
        raise FieldError("country", f'"{country}" is not the country of {code}')
    return CustomsOffice(
        code=code,
        country_id=country,
        name=_name(row),
        roles=row["roles"].upper().split(),
        active_from=day_of(row, "active_from"),
        state=_state(row),
    )


def _location(row: dict[str, str]) -> Location:
    """A row as a UN/LOCODE."""
    if not fits(r"[A-Z]{2}[A-Z2-9]{3}", row["code"]):
        raise FieldError("code", f'"{row["code"]}" is not a country code and three letters or digits from 2 to 9')
    return Location(code=row["code"], name=_name(row), active_from=day_of(row, "active_from"), state=_state(row))


def _name(row: dict[str, str]) -> str:
    """The name of a place; never empty."""
    if not 0 < len(row["name"]) <= LONGEST_NAME:
        raise FieldError("name", f"has {len(row['name'])} characters; 1 to {LONGEST_NAME} are possible")
    return row["name"]


def _state(row: dict[str, str]) -> str:
    """The state of a place as published."""
    state = row["state"].upper()
    if state not in PlaceState.values:
        raise FieldError("state", f'"{row["state"]}" is neither valid nor invalid')
    return state


def day_of(row: dict[str, str], name: str) -> date:
    """A date of a row."""
    try:
        return date.fromisoformat(row[name])
    except ValueError as bad:
        raise FieldError(name, f'"{row[name]}" is not a date such as 2026-01-31') from bad


def _store(table: type[Place], places: Iterable[Place], fields: tuple[str, ...], report: Report) -> None:
    """Insert new places and update changed ones, by batches, and count them."""
    waiting = iter(places)
    while batch := list(islice(waiting, BATCH)):
        codes = [place.code for place in batch]
        held = {row["code"]: row for row in table._default_manager.filter(code__in=codes).values("code", *fields)}
        changed = []
        for place in batch:
            old = held.get(place.code)
            if old is None:
                report.accepted += 1
            elif all(old[name] == getattr(place, name) for name in fields):
                report.unchanged += 1
                continue
            else:
                report.updated += 1
            changed.append(place)
        table._default_manager.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[name.removesuffix("_id") for name in fields],
        )
