"""What an issuer does with a RIF after it was published: a new version, a recall."""

from datetime import datetime, timedelta

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Rif
from portal.demo.diary import Diary, unless_over
from portal.demo.people import Cast
from portal.demo.plot import Plot

_NOTES = (
    ("A second freight forwarder was seen.", "A second freight forwarder uses the same pattern since last week."),
    ("More offices of entry.", "The consignments now come through other offices of entry as well."),
    ("The weight differs.", "The declared net mass lies between a third and a half of what was found."),
)


def go_on(diary: Diary, cast: Cast, plot: Plot, rif: Rif, author: Actor, second: Actor, at: datetime) -> None:
    """Of a hundred, fifteen get a second version and two are recalled within minutes."""
    luck = plot.chance.random()
    if plot.is_news or plot.fate not in {"PUBLISHED", "CLOSED"}:
        return
    if luck < 0.15:
        when = at + timedelta(days=plot.chance.uniform(1, 9))
        diary.plan(when, lambda moment: _renew(plot, rif, author, second, moment))
    elif luck < 0.17 and (enders := cast.who_may(Permission.RIF_END, plot.issuer)):
        when = at + timedelta(minutes=plot.chance.uniform(3, 20))
        diary.plan(when, lambda moment: _recall(rif, enders[0], moment))


def _renew(plot: Plot, rif: Rif, author: Actor, second: Actor, at: datetime) -> None:
    note, sentence = plot.chance.choice(_NOTES)
    if not unless_over(lambda: actions.revise(rif, by=author, at=at)):
        return
    with behind_wall(author):
        draft = rif.revisions.get(status="DRAFT")
    summary = f"{rif.content['summary']} {sentence}"
    material = "YES" if plot.chance.random() < 0.6 else "NO"
    changes = {"summary": summary, "change_note": note, "change_material": material}
    actions.edit(draft, by=author, at=at, changes={name: (None, value) for name, value in changes.items()})
    actions.submit(draft, by=author, at=at)
    actions.publish_version(draft, by=second, at=at)


def _recall(rif: Rif, by: Actor, at: datetime) -> None:
    reason = "It went to all Member States instead of the two concerned."
    unless_over(lambda: actions.recall(rif, by=by, at=at, reason=reason))
