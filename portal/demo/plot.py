"""What becomes of each RIF of the demonstration: when it is written, how urgent it is, how it ends."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal.demo.stories import Story, stories

#: The administrations whose inboxes are shown: theirs hold something of everything.
SHOWN = ("BE", "DE", "ES", "FR", "IT", "NL", "PL")
#: How often an organisation issues, against 2 for one that is not named.
_ISSUES = {
    "IT": 9, "DE": 9, "NL": 8, "FR": 8, "BE": 7, "ES": 7, "PL": 6, "TAXUD": 7, "OLAF": 5, "FI": 3, "SE": 3, "LT": 4,
    "CH": 2, "NO": 2, "RO": 4, "BG": 3, "PT": 3,
}  # fmt: skip
#: Hours ago and urgency of what is in everybody's inbox now; the shorter the world, the fewer of these.
_RECENT = (
    (0.7, 1), (21.5, 2), (3, 2), (27, 2), (19.5, 2), (46, 2), (8, 1), (120, 3), (6, 3), (1.6, 1), (30, 3), (33, 2),
    (12, 2), (15, 2), (75, 3), (146, 3), (54, 2), (23, 1), (98, 3), (22.7, 2), (10, 3), (142, 3), (61, 2), (52, 3),
    (124, 3), (39, 2), (80, 3), (101, 3), (148, 3), (28, 1),
)  # fmt: skip
#: How far the past of the demonstration reaches, and how far back something is news.
PAST_DAYS, NEWS_DAYS = 181, 7
_SATURDAY, _OPENS, _CLOSES = 5, 7, 18


@dataclass(frozen=True)
class Plot:
    """One RIF to come: its story, issuer and moment, and its fate."""

    number: int
    story: Story
    issuer: str
    urgency: int
    begins: datetime
    fate: str
    chance: random.Random
    is_news: bool = False


def lottery(seed: object) -> random.Random:
    """Chance that falls the same way each time."""
    return random.Random(str(seed))  # noqa: S311  a demonstration is no secret


def plots(total: int, now: datetime, issuers: list[str], seed: int) -> list[Plot]:
    """All RIFs of the demonstration: what is new, what is being written, and the past half year."""
    chance = lottery(f"{seed}-plots")
    recent = _RECENT[: max(10, min(len(_RECENT), total // 8))]
    fates = _fates(total - len(recent))
    moments = [(now - timedelta(hours=hours), urgency, "PUBLISHED", True) for hours, urgency in recent]
    for number, fate in enumerate(fates):
        moments.append((_moment(fate, number, now, chance), 0, fate, False))
    deck = _deck(chance)
    made = []
    for number, (moment, urgency, fate, is_news) in enumerate(moments):
        story = _story_for(deck, urgency)
        issuer = _issuer(issuers, chance, is_news=is_news, is_own=fate in _OWN, number=number)
        begins = moment if is_news else last_working_time(moment, chance)
        own = lottery(f"{seed}-{number}")
        made.append(Plot(number, story, issuer, urgency or own.choice(story.urgency), begins, fate, own, is_news))
    return made


#: Fates that only the issuer knows of.
_OWN = ("DRAFT", "SENT_BACK", "IN_REVIEW", "DISCARDED")


def _fates(count: int) -> list[str]:
    """How the RIFs end: of a hundred, twelve stay in the house, five are cancelled, forty-five closed."""
    shares = {"DRAFT": 0.05, "SENT_BACK": 0.02, "IN_REVIEW": 0.03, "DISCARDED": 0.02, "CANCELLED": 0.05, "CLOSED": 0.45}
    fates = [fate for fate, share in shares.items() for _number in range(max(1, round(share * count)))]
    return [*fates, *["PUBLISHED"] * (count - len(fates))]


def _moment(fate: str, number: int, now: datetime, chance: random.Random) -> datetime:
    """When it is begun: work in hand is fresh, what is closed is old, the rest lies in between."""
    if fate in {"DRAFT", "SENT_BACK", "IN_REVIEW"}:
        return now - timedelta(hours=chance.uniform(6, 24 * 12))
    least = {"CLOSED": 35, "PUBLISHED": NEWS_DAYS + 1, "CANCELLED": 12, "DISCARDED": 12}[fate]
    most = 110 if fate == "PUBLISHED" else PAST_DAYS
    return now - timedelta(days=chance.uniform(least, most))


def _deck(chance: random.Random) -> Iterator[Story]:
    """Stories in a random order, each once before any comes again."""
    while True:
        yield from chance.sample(stories(), len(stories()))


def _story_for(deck: Iterator[Story], urgency: int) -> Story:
    return next(story for story in deck if not urgency or urgency in story.urgency)


def _issuer(issuers: list[str], chance: random.Random, *, is_news: bool, is_own: bool, number: int) -> str:
    """Who issues it. News come from others than those whose inboxes are shown; these have work in hand."""
    if is_own and number % 3:
        return SHOWN[number % len(SHOWN)]
    open_to = [code for code in issuers if not (is_news and code in SHOWN)]
    return chance.choices(open_to, [_ISSUES.get(code, 2) for code in open_to])[0]


def last_working_time(moment: datetime, chance: random.Random) -> datetime:
    """The same moment if offices were open then, else an earlier one at which they were."""
    while not _is_open(moment.astimezone(ZoneInfo("Europe/Brussels"))):
        moment -= timedelta(hours=4, minutes=chance.randint(0, 59))
    return moment


def working_time(moment: datetime, zone: ZoneInfo, chance: random.Random) -> datetime:
    """The same moment if offices are open then, else some time of the next working morning."""
    local = moment.astimezone(zone)
    if _is_open(local):
        return moment
    day = local if local.hour < _OPENS else local + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day.replace(hour=_OPENS, minute=0) + timedelta(
        minutes=chance.randint(20, 150), seconds=chance.randint(0, 59)
    )


def _is_open(local: datetime) -> bool:
    return local.weekday() < _SATURDAY and _OPENS <= local.hour < _CLOSES
