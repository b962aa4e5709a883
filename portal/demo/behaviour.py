"""How issuers and receivers behave: who is addressed, who answers at once, late or never."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from apps.accounts.matrix import Permission
from apps.audit.record import note_access
from apps.kernel.actor import Actor, system_actor
from apps.kernel.wall import behind_wall
from apps.organisations.models import Kind, Nature, Organisation
from apps.rifs import actions
from apps.rifs.content import ALL_MEMBER_STATES
from apps.rifs.models import Delivery, Rif
from portal.demo.afterlife import go_on
from portal.demo.answers import answer
from portal.demo.diary import Diary, unless_over
from portal.demo.people import Cast
from portal.demo.plot import NEWS_DAYS, SHOWN, Plot, lottery, working_time
from portal.demo.telling import Scene, tell

#: Of what is older than this, only the answer is played, not the opening before it.
OPENED_DAYS = 30
#: What the shown inboxes do with news, in turn; the rest behave as they always do.
_WITH_NEWS = ("unread", "read", "answered")
_REASONS = (
    "Please give the HS code to six digits for the second goods item and say how the goods were found.",
    "The targeting element is too wide: it would stop half of the traffic of the port. Narrow it by the exporter.",
    "Name a contact who can be reached in the evening, and check the period of validity.",
    "The summary names a firm that is not under suspicion. Leave it out.",
)
_OUTCOMES = (
    (
        "{hits} consignments were controlled in the addressed administrations, {found} of them with findings. "
        "The pattern has not been seen since; the profile stays in use until the end of its validity."
    ),
    "The group behind it was identified. {found} findings in all; the case goes on in criminal proceedings.",
    "The targeting elements gave {hits} hits without further findings. National profiles were withdrawn.",
    "Taken over into a priority control area; {found} further findings are reported there.",
)
_WITHDRAWALS = (
    "The laboratory's second analysis did not confirm the first. Please withdraw profiles made from this form.",
    "Replaced by a new form with corrected identifiers.",
    "The exporter was confused with one of a similar name. Do not use the targeting elements.",
)


class Troupe:
    """Everybody plays their part: issuers write and publish, receivers open and acknowledge."""

    def __init__(self, diary: Diary, cast: Cast, seed: int) -> None:
        self.diary, self.cast = diary, cast
        self.organisations = {o.pk: o for o in Organisation.objects.order_by("code")}
        self._turns = {(code, urgency): count(n) for n, code in enumerate(SHOWN) for urgency in (1, 2, 3)}
        # An office has its own tempo, drawn at random: no country is meant to be quick or slow.
        self._tempo = {o.code: lottery(f"{seed}-{o.code}").uniform(0.25, 0.75) for o in self.organisations.values()}

    # ── The issuer ───────────────────────────────────────────────────────────────────
    def begin(self, plot: Plot) -> None:
        """Plan the RIF: news was written a while before it was published, all else is begun at its moment."""
        hours = {1: 0.6, 2: 2.5}.get(plot.urgency, 7.0)
        begins = plot.begins - timedelta(hours=hours) if plot.is_news else plot.begins
        self.diary.plan(begins, lambda at: self._draft(plot, at))

    def _draft(self, plot: Plot, at: datetime) -> None:
        author, second = plot.chance.choice(self.cast.pairs(plot.issuer))
        form = tell(Scene(plot.story, plot.issuer, at, plot.chance), plot.urgency)
        action, information = self.address(plot)
        form |= {"for_action": action, "for_information": information}
        if plot.fate in {"DRAFT", "DISCARDED"} and plot.chance.random() < 0.6:
            form |= {"targeting": [], "for_action": [], "modus_operandi": []}  # not finished yet
        rif = actions.draft(by=author, at=at, content=form)
        pause = plot.begins - at if plot.is_news else timedelta(hours=plot.chance.uniform(0.4, 5))
        if plot.fate == "DISCARDED":
            self.diary.plan(at + pause * 9, lambda when: done(actions.discard(rif, by=author, at=when)))
        elif plot.fate != "DRAFT":
            self.diary.plan(at + pause * 0.5, lambda when: self._submit(plot, rif, author, second, when, pause * 0.5))

    def _submit(self, plot: Plot, rif: Rif, author: Actor, second: Actor, at: datetime, pause: timedelta) -> None:
        actions.submit(rif, by=author, at=at)
        if plot.fate == "SENT_BACK":
            reason = plot.chance.choice(_REASONS)
            self.diary.plan(at + pause, lambda when: done(actions.send_back(rif, by=second, at=when, reason=reason)))
        elif plot.fate != "IN_REVIEW":
            self.diary.plan(at + pause, lambda when: self._publish(plot, rif, author, second, when))

    def _publish(self, plot: Plot, rif: Rif, author: Actor, second: Actor, at: datetime) -> None:
        actions.publish(rif, by=second, at=at)
        with behind_wall(system_actor()):
            rows = list(Delivery.objects.filter(rif=rif).order_by("organisation_id"))
        for row in rows:
            self._receive(plot, rif, row)
        go_on(self.diary, self.cast, plot, rif, author, second, at)
        self._end(plot, rif, at)

    def _end(self, plot: Plot, rif: Rif, at: datetime) -> None:
        ends: Callable[[datetime], None]
        enders = self.cast.who_may(Permission.RIF_END, plot.issuer)
        if plot.fate not in {"CLOSED", "CANCELLED"} or not enders:
            return
        by, chance, age = enders[0], plot.chance, self.diary.until - at
        if plot.fate == "CLOSED":
            hits = chance.randint(6, 60)
            words = chance.choice(_OUTCOMES).format(hits=hits, found=chance.randint(1, max(1, hits // 4)))
            moment = at + timedelta(days=chance.uniform(14, max(15, age.days - 2)))
            ends = lambda when: ended(lambda: actions.close(rif, by=by, at=when, outcome=words))  # noqa: E731  a step
        else:
            words = chance.choice(_WITHDRAWALS)
            moment = at + timedelta(hours=chance.uniform(2, 24 * min(10, age.days)))
            ends = lambda when: ended(lambda: actions.cancel(rif, by=by, at=when, reason=words))  # noqa: E731  a step
        self.diary.plan(min(moment, self.diary.until), ends)

    def address(self, plot: Plot) -> tuple[list[str], list[str]]:
        """For action and for information: six of ten go to all Member States, the others to a few."""
        chance, areas, nature = plot.chance, set(plot.story.areas), plot.story.nature
        states = [o.code for o in self.organisations.values() if o.kind == Kind.MEMBER_STATE and o.code != plot.issuer]
        concerned = [
            o.code
            for o in self.organisations.values()
            if o.kind in {Kind.AGENCY, Kind.PARTNER_AUTHORITY} and areas & set(o.policy_areas)
        ]
        told = [code for code in concerned if chance.random() < 0.35]
        told += [code for code in ("TAXUD", "OLAF") if code != plot.issuer and chance.random() < 0.5]
        if nature != Nature.FINANCIAL and chance.random() < 0.6:
            told += [code for code in ("CH", "NO") if code != plot.issuer]
        if plot.is_news or chance.random() < 0.3:
            everybody = ([ALL_MEMBER_STATES], told) if chance.random() < 0.8 else ([], [ALL_MEMBER_STATES, *told])
            return everybody if everybody[0] or not plot.is_news else ([ALL_MEMBER_STATES], told)
        few = chance.sample(states, chance.randint(2, 8))
        return few, [*chance.sample(sorted(set(states) - set(few)), chance.randint(0, 6)), *told]

    # ── The receivers ────────────────────────────────────────────────────────────────
    def _receive(self, plot: Plot, rif: Rif, row: Delivery) -> None:
        """Plan what one administration does with a RIF that has reached it."""
        organisation = self.organisations[row.organisation_id]
        people = self.cast.who_may(Permission.RIF_ACKNOWLEDGE, organisation.code)
        if not people:
            return
        by = plot.chance.choice(people)
        elapsed = self.diary.until - row.delivered_at
        if organisation.code in SHOWN and elapsed < timedelta(days=NEWS_DAYS):
            manner = _WITH_NEWS[next(self._turns[organisation.code, plot.urgency]) % len(_WITH_NEWS)]
            opens, answers = (
                row.delivered_at + elapsed * plot.chance.uniform(*span) for span in ((0.1, 0.5), (0.5, 0.9))
            )
        else:
            manner = self._manner(plot)
            opens, answers = self._pace(plot, organisation, row)
        if manner == "read" or (manner == "answered" and elapsed < timedelta(days=OPENED_DAYS)):
            self.diary.plan(min(opens, answers), lambda at: self._open(rif, by, at))
        if manner == "answered":
            answer(self.diary, plot, rif, by, answers)

    @staticmethod
    def _manner(plot: Plot) -> str:
        """What comes of it: of a hundred deliveries about four are only read and two not even that."""
        drawn = plot.chance.random()
        return "unread" if drawn < 0.02 else "read" if drawn < 0.06 else "answered"

    def _pace(self, plot: Plot, organisation: Organisation, row: Delivery) -> tuple[datetime, datetime]:
        """When it opens and when it answers. Duty desks act at any hour; the rest waits for the office."""
        chance, term = plot.chance, row.due_at - row.delivered_at
        share = self._tempo[organisation.code] * chance.lognormvariate(-0.35, 0.75)
        answers = row.delivered_at + term * min(share, 2.5)
        opens = row.delivered_at + (answers - row.delivered_at) * chance.uniform(0.15, 0.95)
        if plot.urgency == 1:
            return opens, answers
        zone = ZoneInfo(organisation.timezone)
        return working_time(opens, zone, chance), working_time(answers, zone, chance)

    @staticmethod
    def _open(rif: Rif, by: Actor, at: datetime) -> None:
        """Look at it: the ledger notes the administration, the access log the person."""
        if unless_over(lambda: actions.open_(rif, by=by, at=at)):
            note_access("rif.read", rif, by=by, at=at, address="127.0.0.1")


def ended(step: Callable[[], object]) -> None:
    """Let it end, unless it was recalled before."""
    unless_over(step)


def done(_rif: Rif) -> None:
    """Nothing follows from it."""
