"""Bringing a file of alerts of another network in: short transactions, a located report, the same result twice."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from apps.accounts.matrix import ROLES, Permission
from apps.exchange.importers import rasff, safety_gate
from apps.exchange.importers.names import Directory, directory
from apps.exchange.importers.source import Alert, Source
from apps.kernel.actor import SYSTEM_READER, Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation
from apps.reference.report import FieldError, Rejection, Report, TableError
from apps.reference.table import opened, rows
from apps.rifs.actions import transcribe

#: Every writer waits for the audit chain while a transaction runs, so it is kept to a fraction of a second.
BATCH = 25
#: The networks whose files can be brought in, by the word of the command.
SOURCES: dict[str, Source[Any]] = {"rasff": rasff.SOURCE, "safety_gate": safety_gate.SOURCE}

Progress = Callable[["Ingestion"], None]


@dataclass
class Ingestion(Report):
    """What became of the file: counts, and by line what was refused, doubted or joined to an earlier line."""

    rows: int = 0
    doubted: list[Rejection] = field(default_factory=list)
    joined: list[Rejection] = field(default_factory=list)
    outside: Counter[str] = field(default_factory=Counter)

    def facts(self) -> dict[str, Any]:
        """The report for machines."""
        counts = {name: getattr(self, name) for name in ("rows", "accepted", "updated", "unchanged")}
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("rejected", "doubted", "joined")}
        return {**counts, **lists, "outside": dict(self.outside.most_common())}

    def __str__(self) -> str:
        return (
            f"{self.rows} rows: {self.accepted} accepted, {self.updated} updated, {self.unchanged} unchanged, "
            f"{len(self.joined)} joined to an earlier row, {len(self.rejected)} rejected, {len(self.doubted)} doubted"
        )


def importer_for(organisation: Organisation, network: str) -> Actor:
    """The machine that brings alerts in for an organisation; refused where no role there may do so."""
    if not any(
        Permission.RIF_TRANSCRIBE in role.permissions and organisation.kind in role.kinds for role in ROLES.values()
    ):
        raise Refused(
            Refusal(_("%(name)s may not bring in alerts.") % {"name": organisation.name}, Kind.PERMISSION, "as")
        )
    return Actor(
        user_id=None,
        name=f"{network} import for {organisation.code}",
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        audiences=frozenset({SYSTEM_READER, organisation.pk}),
        permissions=frozenset({Permission.RIF_TRANSCRIBE}),
        timezone=organisation.timezone,
    )


def ingest(
    path: Path,
    source: Source[Any],
    *,
    on_behalf_of: Organisation,
    at: datetime,
    progress: Progress = lambda _report: None,
) -> Ingestion:
    """Bring every alert of the file in, now (`at`); raises TableError when the file is not the network's.

    A run that was cut short is simply run again: what is in already is left as it is.
    """
    by, report, known = importer_for(on_behalf_of, source.network), Ingestion(), directory()
    waiting = alerts(path, source, known, report, at)
    while batch := list(islice(waiting, BATCH)):
        with behind_wall(by):
            for alert in batch:
                _bring_in(alert, source, on_behalf_of, by, at, report)
        progress(report)
    report.rejected.sort(key=lambda rejection: rejection.line)
    return report


def alerts(path: Path, source: Source[Any], known: Directory, report: Ingestion, now: datetime) -> Iterator[Alert]:
    """The alerts of the file, each once; what cannot be taken goes to the report.

    The file is read twice: first only the references are counted, so that an alert which stands in
    two places is complete before it is brought in, and only such ones are kept in memory.
    """
    left = Counter(row[source.key] for _line, row in _rows(path, source, Report()))
    held: dict[str, Alert] = {}
    for line, row in _rows(path, source, report):
        report.rows += 1
        reference = row[source.key]
        left[reference] -= 1
        try:
            _hold(source.read(row, line, known, now), source, held, report)
        except FieldError as bad:
            report.reject(line, bad.name, bad.reason)
        if left[reference] <= 0 and reference in held:
            yield held.pop(reference)
    yield from held.values()


def _rows(path: Path, source: Source[Any], report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.stat().st_size:
        raise TableError("The file is empty.")
    try:
        with opened(path) as file:
            yield from rows(file, source.columns, report, begins=source.begins)
    except csv.Error as bad:
        raise TableError("The file is not a table with commas between its columns.") from bad


def _hold(alert: Alert, source: Source[Any], held: dict[str, Alert], report: Ingestion) -> None:
    """Keep it until the last row of its reference is read, joined to the rows before."""
    line, reference = alert.lines[0], alert.reference
    report.doubted += [Rejection(line, name, reason) for name, reason in alert.doubts]
    earlier = held.get(reference)
    if earlier:
        alert = source.merge(earlier, alert)
        reason = f"{reference} stands in line {earlier.lines[0]} too; whoever is named in either receives it"
        report.joined.append(Rejection(line, source.key, reason))
    held[reference] = alert


def _bring_in(
    alert: Alert, source: Source[Any], on_behalf_of: Organisation, by: Actor, at: datetime, report: Ingestion
) -> None:
    """Transcribe one; what the portal refuses is reported, and the others go on."""
    issuer = alert.notifier.organisation or on_behalf_of
    try:
        _rif, outcome = transcribe(
            source.content_of(alert, issuer),
            issuer=issuer,
            for_action=alert.for_action(),
            for_information=alert.for_information(),
            network=source.network,
            network_reference=alert.reference,
            by=by,
            at=alert.moment,
            brought_in_at=at,
        )
    except Refused as no:
        report.reject(alert.lines[0], no.refusals[0].field or "row", str(no))
    except (DataError, IntegrityError) as no:
        report.reject(alert.lines[0], "row", str(no).splitlines()[0])
    else:
        setattr(report, outcome, getattr(report, outcome) + 1)
        report.outside.update(alert.outside())
