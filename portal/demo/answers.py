"""What a receiving administration says after it has read a RIF: assessment, measures, reports."""

from collections.abc import Callable
from datetime import datetime, timedelta

from apps.kernel.actor import Actor
from apps.rifs import actions
from apps.rifs.models import Rif
from portal.demo.diary import Diary, unless_over
from portal.demo.plot import Plot

#: Of a hundred answers, what they are: bare acknowledgements, assessments, measures.
_ANSWERS = (("acknowledge", 34), ("assess", 26), ("measures", 40))
_NOT_RELEVANT = (
    "We have no direct traffic on this route.",
    "These goods are cleared elsewhere; our offices see none.",
    "Our present profile covers the pattern.",
)
_MEASURES = (
    (["PROFILE_CREATED"], 30), (["PROFILE_CHANGED"], 20), (["CONTROLS"], 15), (["FORWARDED"], 15),
    (["PROFILE_CREATED", "FORWARDED"], 8), (["NONE"], 12),
)  # fmt: skip
_COMMENTS = (
    "The importer matches the pattern; the case went to the investigation service.",
    "Two of the consignments came through the same freight forwarder.",
    "The description of goods was copied from an earlier declaration, letter by letter.",
    "Only small parcels were concerned.",
)
_RESULTS = (("NO_CONSIGNMENT", 38), ("CONFORM", 34), ("IRREGULARITY", 22), ("NOT_APPLICABLE", 6))


def drawn(plot: Plot, weighted: tuple[tuple[object, int], ...]) -> object:
    """One of several, by weight."""
    return plot.chance.choices([what for what, _weight in weighted], [weight for _what, weight in weighted])[0]


def answer(diary: Diary, plot: Plot, rif: Rif, by: Actor, at: datetime) -> None:
    """Plan the first answer, which acknowledges, and for some of them a report weeks later."""
    first: dict[object, Callable[[datetime], None]] = {
        "acknowledge": lambda when: _acknowledge(rif, by, when),
        "assess": lambda when: _assess(plot, rif, by, when),
        "measures": lambda when: _measures(plot, rif, by, when),
    }
    diary.plan(at, first[drawn(plot, _ANSWERS)])
    if plot.chance.random() < 0.25:
        diary.plan(at + timedelta(days=plot.chance.uniform(4, 25)), lambda when: _report(plot, rif, by, when))


def _acknowledge(rif: Rif, by: Actor, at: datetime) -> None:
    unless_over(lambda: actions.acknowledge(rif, by=by, at=at))


def _assess(plot: Plot, rif: Rif, by: Actor, at: datetime) -> None:
    chance = plot.chance
    assessment = str(drawn(plot, (("RELEVANT", 60), ("PARTLY", 22), ("NOT_RELEVANT", 18))))
    reason = chance.choice(_NOT_RELEVANT) if assessment == "NOT_RELEVANT" else ""
    known = chance.random() < 0.2
    unless_over(lambda: actions.assess(rif, by=by, at=at, assessment=assessment, reason=reason, known_here=known))


def _measures(plot: Plot, rif: Rif, by: Actor, at: datetime) -> None:
    measures = drawn(plot, _MEASURES)
    assert isinstance(measures, list)
    made = any(measure.startswith("PROFILE") for measure in measures)
    profile = f"{by.organisation_code}-{plot.chance.randint(1000, 9999)}" if made else ""
    unless_over(lambda: actions.take_measures(rif, by=by, at=at, measures=measures, profile=profile))


def _report(plot: Plot, rif: Rif, by: Actor, at: datetime) -> None:
    chance = plot.chance
    result = str(drawn(plot, _RESULTS))
    controls = chance.randint(2, 30) if result in {"IRREGULARITY", "CONFORM"} else 0
    found = chance.randint(1, max(1, controls // 4)) if result == "IRREGULARITY" else 0
    hits = controls + chance.randint(0, 40)
    assessed = min(hits, controls + chance.randint(0, 5))
    usefulness = int(str(drawn(plot, ((4, 30), (3, 45), (2, 20), (1, 5)))))
    comment = chance.choice(_COMMENTS) if found else ""
    extend = chance.random() < 0.5 if found else None
    unless_over(
        lambda: actions.give_feedback(
            rif, by=by, at=at, result=result, controls=controls, irregularities=found, hits=hits,
            hits_assessed=assessed, usefulness=usefulness, comment=comment, extend=extend, final=chance.random() < 0.3,
        )
    )  # fmt: skip
