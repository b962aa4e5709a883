"""Loading yearly editions of the Combined Nomenclature, in whatever order they come.

A code is in force from the first edition that holds it until the last day before the first loaded edition
that does not. HS chapters, headings and subheadings come from the Harmonized System, whose descriptions
explain themselves; the names in the CN file stand in where the System lacks a code.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby, zip_longest

from django.db import transaction
from django.db.models import Q

from apps.reference.base import load_hs
from apps.reference.loaders import BATCH, first_time, good_rows
from apps.reference.models import Commodity, Edition, Level
from apps.reference.report import FieldError, Report, TableError
from apps.reference.table import rows
from apps.reference.validators.finding import fits

COLUMNS = ("year", "level", "code", "name_en", "supplementary_unit")
SECTION, CN = "1", "8"
LEVELS = {"2", "4", "6", CN}
LONGEST_UNIT = 16
Period = tuple[date, date | None]


def load_cn(source: Iterable[bytes], *, year: int | None, at: datetime) -> Report:
    """Load the edition of `year` (the file's own when None); `at` is the moment of loading.

    Codes that the edition no longer holds end on 31 December of the year before, but only when every line
    could be read: a damaged file ends nothing and is not kept as an edition of its year.
    """
    report = Report()
    table = list(good_rows(rows(source, COLUMNS, report), report, "code"))
    year = year or _year_of(table)
    load_hs()
    names, mentioned, wanted = _sorted_out(table, year, report)
    with transaction.atomic():
        years = sorted({*Edition.objects.filter(nomenclature="CN").values_list("year", flat=True), year})
        held = _held()
        texts = _hs_texts(year)
        for code, row in wanted.items():
            row.text = explained(code, row.name, texts, names)
        changes = _Changes(report)
        for code, row in wanted.items():
            changes.present(row, held.get(code, []), years, year)
        if report.complete:
            for code in held.keys() - mentioned:
                changes.absent(held[code], years, year)
            Edition.objects.update_or_create(
                nomenclature="CN", year=year, defaults={"rows": len(wanted), "loaded_at": at}
            )
        changes.write()
    return report


def periods(present: Iterable[int], years: list[int]) -> list[Period]:
    """When a code is in force that the editions `present` hold, out of all loaded `years` (ascending).

    The last period is open when the newest edition holds the code.
    """
    holds = set(present)
    found: list[Period] = []
    runs = [(inside, list(run)) for inside, run in groupby(years, key=holds.__contains__)]
    for place, (inside, run) in enumerate(runs):
        if inside:
            last = date(runs[place + 1][1][0] - 1, 12, 31) if place + 1 < len(runs) else None
            found.append((date(run[0], 1, 1), last))
    return found


def explained(code: str, name: str, texts: dict[str, str], names: dict[str, str]) -> str:
    """What a CN code covers, told without its parents: a quarter of the names are just "Other"."""
    parent = texts.get(code[:6]) or " › ".join(part for part in (names.get(code[:4]), names.get(code[:6])) if part)
    if not parent:
        return name
    # A subheading that the CN does not divide is the subheading itself.
    if code.endswith("00") and code[:6] in texts:
        return parent
    return f"{parent} › {name}"


class _Changes:
    """What has to be written so that the rows say what the editions say."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.new: list[Commodity] = []
        self.changed: list[Commodity] = []
        self.removed: list[Commodity] = []

    def present(self, row: Commodity, held: list[Commodity], years: list[int], year: int) -> None:
        """The edition of `year` holds the code: keep, mend or make its row."""
        first = date(year, 1, 1)
        current = next((old for old in held if old.covers(first)), None)
        if current is None:
            self._arrange(row, held, years, {*_years_in(held, years), year})
            self.report.accepted += 1
            return
        # An older edition does not overwrite what a newer one says of the same period.
        newest = max((y for y in years if current.covers(date(y, 1, 1))), default=year)
        if year >= newest and _told(current) != _told(row):
            current.name, current.text, current.supplementary_unit = _told(row)
            self.changed.append(current)
            self.report.updated += 1
        else:
            self.report.unchanged += 1

    def absent(self, held: list[Commodity], years: list[int], year: int) -> None:
        """The edition of `year` does not hold the code: end what was open."""
        first = date(year, 1, 1)
        if any(old.covers(first) for old in held):
            self._arrange(held[-1], held, years, _years_in(held, years) - {year})
            self.report.ended += 1

    def _arrange(self, like: Commodity, held: list[Commodity], years: list[int], present: set[int]) -> None:
        """Give the rows of a code the periods that the editions tell; rows outside all editions stay."""
        movable = [old for old in held if _years_in([old], years)]
        for old, period in zip_longest(movable, periods(present, years)):
            if period is None:
                self.removed.append(old)
            elif old is None:
                copied = dict(zip(("name", "text", "supplementary_unit"), _told(like), strict=True))
                start, end = period
                self.new.append(Commodity(code=like.code, level=like.level, valid_from=start, valid_to=end, **copied))
            elif (old.valid_from, old.valid_to) != period:
                old.valid_from, old.valid_to = period
                self.changed.append(old)

    def write(self) -> None:
        """Remove, change and add, in this order, so that no two periods of a code meet on the way."""
        Commodity.objects.filter(pk__in=[row.pk for row in self.removed]).delete()
        fields = ["name", "text", "supplementary_unit", "valid_from", "valid_to"]
        Commodity.objects.bulk_update(self.changed, fields, batch_size=500)
        Commodity.objects.bulk_create(self.new, batch_size=BATCH)


def _told(row: Commodity) -> tuple[str, str, str]:
    """What a row tells of its goods."""
    return row.name, row.text, row.supplementary_unit


def _years_in(held: list[Commodity], years: list[int]) -> set[int]:
    """The editions in which a code was found, by its rows."""
    return {year for year in years if any(row.covers(date(year, 1, 1)) for row in held)}


def _held() -> dict[str, list[Commodity]]:
    """The CN rows by code, oldest first."""
    stored = Commodity.objects.filter(level=Level.CN8).order_by("code", "valid_from", "pk")
    return {code: list(group) for code, group in groupby(stored, key=lambda row: row.code)}


def _hs_texts(year: int) -> dict[str, str]:
    """The descriptions of the HS subheadings in force in `year`, or of the present ones for years before them."""
    day = date(year, 1, 1)
    stored = Commodity.objects.filter(level=Level.HS6).filter(Q(valid_to=None) | Q(valid_to__gte=day))
    return dict(stored.order_by("-valid_from", "pk").values_list("code", "text"))


def _year_of(table: list[tuple[int, dict[str, str]]]) -> int:
    """The year that the first row names."""
    for _line, row in table:
        if fits(r"[0-9]{4}", row["year"]):
            return int(row["year"])
    raise TableError("No row tells the year of the edition.")


def _sorted_out(
    table: list[tuple[int, dict[str, str]]], year: int, report: Report
) -> tuple[dict[str, str], set[str], dict[str, Commodity]]:
    """The names of all levels, every code that the file mentions, and the CN rows to be stored."""
    names: dict[str, str] = {}
    wanted: dict[str, Commodity] = {}
    seen: dict[str, int] = {}
    mentioned: set[str] = set()
    for line, row in table:
        if row["level"] == SECTION:
            report.passed_over += 1
            continue
        code = row["code"]
        try:
            first_time(seen, code, line)
            mentioned.add(code)
            commodity = _commodity(row, year)
        except FieldError as bad:
            report.reject(line, bad.name, bad.reason, hides_code=not fits(r"([0-9]{2}){1,4}", code))
            continue
        names[code] = commodity.name
        if row["level"] == CN:
            wanted[code] = commodity
        else:
            report.passed_over += 1
    return names, mentioned, wanted


def _commodity(row: dict[str, str], year: int) -> Commodity:
    """A row of the file as a code in force from the beginning of `year`; leading zeros are kept."""
    code, level = row["code"], row["level"]
    if row["year"] != str(year):
        raise FieldError("year", f'"{row["year"]}" in the edition of {year}')
    if level not in LEVELS:
        raise FieldError("level", f'"{level}" is none of 1, 2, 4, 6 and 8')
    if not fits(rf"[0-9]{{{level}}}", code):
        raise FieldError("code", f'"{code}" is not {level} digits, as its level says')
    if not row["name_en"]:
        raise FieldError("name_en", "empty")
    if len(row["supplementary_unit"]) > LONGEST_UNIT:
        raise FieldError("supplementary_unit", f"longer than {LONGEST_UNIT} characters")
    return Commodity(
        code=code,
        level=Level.of(code),
        name=row["name_en"],
        supplementary_unit=row["supplementary_unit"],
        valid_from=date(year, 1, 1),
    )
