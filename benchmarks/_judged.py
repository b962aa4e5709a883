"""RASFF 2024 and Safety Gate, brought in together, and pairs of them that a person judged.

A pair is a draft and an older alert; it is judged "same" when whoever writes the first should be shown the
second: the same kind of product with the same hazard from the same origin or maker (docs/similar.md).
"""

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from _stage import ROOT, Link

DATA = ROOT.parent / "shared" / "data" / "b_alerts"
FILES = {"rasff": DATA / "rasff_2024.csv.gz", "safety_gate": DATA / "safety_gate_alerts.csv"}
PAIRS = Path(__file__).with_name("similar_pairs.csv")
#: How many drafts of each network: those by which the guard was tuned, and those that were judged only afterwards.
DRAFTS = {"tuned on": {"RASFF": 45, "Safety Gate": 25}, "held out": {"RASFF": 40, "Safety Gate": 15}}
#: With fewer than 90 days before it, a draft has less to be like.
FROM = datetime(2024, 4, 1, tzinfo=UTC)
ACROSS = 3


def bring_in(owner: Link) -> None:
    """Both files, through the importers."""
    from django.utils import timezone

    from apps.exchange.importers.run import SOURCES, ingest
    from apps.organisations.base import load_organisations
    from apps.organisations.models import Organisation
    from apps.reference.base import load_base
    from apps.rifs.targets import load_targets

    load_base()
    load_organisations()
    load_targets()
    commission = Organisation.objects.get(code="TAXUD")
    for word, path in FILES.items():
        report = ingest(path, SOURCES[word], on_behalf_of=commission, at=timezone.now())
        print(f"{word}: {report}")
    owner.execute("ANALYZE rifs_likeness")


def writer(issuer: Any) -> Any:
    """Somebody of the issuer who writes RIFs."""
    from apps.accounts.matrix import Permission
    from apps.kernel.actor import Actor

    return Actor(
        user_id=None, name="a writer", organisation_id=issuer.pk, organisation_code=issuer.code,
        organisation_name=issuer.name, audiences=frozenset({issuer.pk}), permissions=frozenset({Permission.RIF_READ}),
    )  # fmt: skip


def shown(rif: Any, most: int = ACROSS) -> list[Any]:
    """What the guard shows whoever writes this RIF at the moment at which it was sent."""
    from apps.kernel.wall import behind_wall
    from apps.rifs.similar import similar_to

    actor = writer(rif.issuer)
    with behind_wall(actor):
        return similar_to(rif, actor, rif.published_at, most)


def drafts(sample: str) -> list[Any]:
    """The drafts of a sample, the same every time; the second has none of the first."""
    from apps.kernel.actor import system_actor
    from apps.kernel.wall import behind_wall
    from apps.rifs.models import Rif

    chosen: list[Any] = []
    numbers, first = DRAFTS[sample], [] if sample == "tuned on" else drafts("tuned on")
    taken = {rif.pk for rif in first}
    with behind_wall(system_actor()):
        for network, number in numbers.items():
            rows = Rif._base_manager.filter(network=network, published_at__gte=FROM).select_related("issuer")
            known = [rif for rif in rows.order_by("network_reference") if rif.pk not in taken]
            chosen += random.Random(f"vedette {network}").sample(known, number)
    return chosen


def _words(rif: Any) -> set[str]:
    return set(re.findall(r"\w{4,}", f"{rif.content['summary']}".casefold()))


def pool(rif: Any) -> list[Any]:
    """Older alerts that could be the same, found without the guard too: most words of title and summary in common,
    and the same hazard line with the same origin. What nobody finds is not judged.
    """
    from apps.kernel.wall import behind_wall
    from apps.rifs.models import Rif
    from apps.rifs.similar import WINDOW

    actor, own = writer(rif.issuer), _words(rif)
    since = rif.published_at - WINDOW
    with behind_wall(actor):
        rows = Rif.objects.visible_to(actor).filter(published_at__range=(since, rif.published_at)).exclude(pk=rif.pk)
        known = list(rows.order_by("-published_at", "network_reference"))
    by_words = sorted(known, key=lambda one: -len(own & _words(one)) / len(own | _words(one)))[:ACROSS]
    facts = _facts(rif)
    by_facts = [one for one in known if facts and _facts(one) == facts][:ACROSS]
    guard = [one.rif for one in shown(rif)]
    return list({one.pk: one for one in [*guard, *by_words, *by_facts]}.values())


def _facts(rif: Any) -> tuple[str, ...] | None:
    """Hazards or risk with brand, and origins, as the summary has them."""
    lines = dict(line.split(": ", 1) for line in rif.content["summary"].splitlines() if ": " in line)
    hazard = lines.get("Hazards") or (lines.get("Risk") and "".join(r.get("brand", "")[:6] for r in rif.rows("goods")))
    return (hazard, lines.get("Origin", "")) if hazard else None


@dataclass(frozen=True)
class Pair:
    """One judged pair, by the numbers of the networks."""

    draft: str
    other: str
    same: bool


def judged() -> Iterator[Pair]:
    """What the person said."""
    with PAIRS.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            yield Pair(row["draft"], row["other"], row["same"] == "yes")


def figures(owner: Link) -> None:
    """Precision and recall on the judged pairs, by network, as a Markdown table."""
    if owner.execute("SELECT count(*) FROM rifs_rif").fetchone() == (0,):  # else PORTAL_DATA of an earlier run
        bring_in(owner)
    by_draft: dict[str, dict[str, bool]] = {}
    for pair in judged():
        by_draft.setdefault(pair.draft, {})[pair.other] = pair.same
    print(
        "\n| sample | network | drafts | judged pairs | shown | of them the same: precision | the same, of all: recall | not judged"
    )
    print("|---|---|---|---|---|---|---|---|")
    for sample, numbers in DRAFTS.items():
        for network in numbers:
            rows = [rif for rif in drafts(sample) if rif.network == network]
            print(f"| {sample} {_line(network, rows, by_draft)}")


def _line(network: str, rows: list[Any], by_draft: dict[str, dict[str, bool]]) -> str:
    counts = dict.fromkeys(("pairs", "shown", "right", "same", "found", "unjudged", "needed", "warned"), 0)
    for rif in rows:
        known = by_draft.get(rif.network_reference, {})
        told = {one.rif.network_reference for one in shown(rif)}
        same = {other for other, verdict in known.items() if verdict}
        counts["pairs"] += len(known)
        counts["shown"] += len(told & known.keys())
        counts["unjudged"] += len(told - known.keys())
        counts["right"] += len(told & same)
        counts["same"] += min(len(same), ACROSS)
        counts["needed"] += bool(same)
        counts["warned"] += bool(told & same)
    return (
        f"| {network} | {len(rows)} | {counts['pairs']} | {counts['shown']}"
        f" | {counts['right']} of {counts['shown']}: {_share(counts['right'], counts['shown'])}"
        f" | {counts['right']} of {counts['same']}: {_share(counts['right'], counts['same'])};"
        f" drafts warned {counts['warned']} of {counts['needed']}: {_share(counts['warned'], counts['needed'])}"
        f" | {counts['unjudged']} |"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"
