"""The requests of the demonstration: a dozen, some answered, some open, one late, one about consent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.matrix import Permission
from apps.inquiries import actions
from apps.inquiries.models import Inquiry
from apps.kernel.actor import Actor
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation
from apps.rifs.models import Rif, Status
from portal.demo.diary import Diary
from portal.demo.people import Cast
from portal.demo.plot import last_working_time, lottery

#: Stands for the issuer of the RIF that the request is about.
ISSUER = "the issuer"


@dataclass(frozen=True)
class Letter:
    """One request: how many hours ago who asked whom, and what came of it."""

    ago: float
    asker: str
    addressee: str
    purpose: str
    title: str
    text: str
    answer: str = ""
    verdict: str = ""
    reply: str = ""
    ending: str = ""
    days: int | None = None
    about: bool = False


LETTERS = (
    Letter(
        700, "FR", ISSUER, "RESULTS", "Results of the controls in the first two weeks",
        "Which of the controls that followed this form had findings, and of which kind?",
        "Of 14 consignments controlled, 5 had findings, all of them misdescribed as in the form.",
        ending="close", about=True,
    ),
    Letter(
        520, "DE", ISSUER, "QUESTION", "How was the concealment found?",
        "Our office sees the same exporter. Was the find made by scanner, by dog or by papers?",
        "By scanner; the density of the load did not fit the goods declared. Images follow through the usual channel.",
        ending="close", about=True,
    ),
    Letter(
        340, "NL", "BE", "DOCUMENTS", "Invoices of a parcel hub at Liège",
        "Please send the invoices of the consignments of 3 October that you stopped for undervaluation.",
        "The file holds eleven invoices; they go to your central risk unit by the secure mail of today.",
        reply="Do you need those of the carrier as well?",
    ),
    Letter(
        260, "EUROPOL", "ES", "QUESTION", "Routes of reefer containers after the strike",
        "Have reefer containers from the Pacific coast moved to other ports since the strike?",
        "Yes, about a third now enters through Algeciras. The shift began two days before the strike.",
    ),
    Letter(
        200, "TAXUD", "PL", "INFORMATION", "Meeting on parcel post, new date",
        "The meeting of risk units on parcel post is moved to the second week of next month.",
        ending="acknowledge",
    ),
    Letter(
        170, "DE", ISSUER, "CONSENT", "Sharing with the competent agency",
        "The goods concern the agency's field. May this form be shared with it for a joint analysis?",
        "It may be shared for this analysis; operators' names are to be left out.", verdict="YES", about=True,
    ),
    Letter(
        96, "CH", "DE", "QUESTION", "Seal numbers of one carrier",
        "Do you know seals of this series from other transits? Two of ours were copied.",
        reply="Which series? Our register holds three of this carrier.",
    ),
    Letter(
        74, "IT", ISSUER, "QUESTION", "Is the period of validity still right?",
        "The traffic ended last week. Shall profiles stay in use until the end of validity?", about=True,
    ),
    Letter(
        70, "ES", "IT", "RESULTS", "Controls of tomato concentrate at Salerno",
        "Please tell us the findings of your controls of the last month, by origin declared.", days=2,
    ),
    Letter(
        44, "FR", "IT", "DOCUMENTS", "Certificate of origin of a shipment of textiles",
        "Please send a copy of the certificate of origin that was presented at Genova.",
        reply="We have asked the office at Genova and expect it within the week.",
    ),
    Letter(
        26, "OLAF", "IT", "INFORMATION", "New contact for e-cigarette cases",
        "From next Monday a new desk takes questions on e-cigarette cases at any working hour.",
    ),
    Letter(
        20, "AT", "IT", "QUESTION", "Lorries by way of Tarvisio",
        "Does your mobile unit still see the pattern of split loads that you described in spring?",
    ),
    Letter(
        9, "NL", "DE", "QUESTION", "Customs warehouse at Duisburg",
        "Is the warehouse keeper named in our notice still authorised?",
    ),
    Letter(
        6, "PL", "FR", "QUESTION", "Duplicate of a request",
        "Please ignore the request of this morning if it has reached you.", ending="withdraw",
    ),
)  # fmt: skip


class Correspondence:
    """Plans every letter into the diary; what has no RIF, or nobody to write it, is left out."""

    def __init__(self, diary: Diary, cast: Cast) -> None:
        self.diary, self.cast = diary, cast
        self.organisations = {o.code: o for o in Organisation.objects.order_by("code")}
        self.by_number = {o.pk: o for o in self.organisations.values()}

    def begin(self) -> None:
        """Plan all letters."""
        for letter in LETTERS:
            at = last_working_time(self.diary.until - timedelta(hours=letter.ago), lottery(letter.title))
            self.diary.plan(at, lambda moment, one=letter: self._ask(one, moment))  # type: ignore[misc]

    def _writer(self, code: str) -> Actor | None:
        return next(iter(self.cast.who_may(Permission.INQUIRY_WRITE, code)), None)

    def _ask(self, letter: Letter, at: datetime) -> None:
        by = self._writer(letter.asker)
        if by is None:
            return
        addressee, rif, agency = self.organisations.get(letter.addressee), None, None
        if letter.about:
            rif, agency = self._rif_for(letter, by)
            addressee = self.by_number[rif.issuer_id] if rif else None
        other = self._writer(addressee.code) if addressee else None
        if addressee is None or other is None:
            return
        inquiry = actions.ask(
            by=by, at=at, purpose=letter.purpose, addressee=addressee, title=letter.title, text=letter.text,
            rif=rif.reference if rif else "", agency=agency,
            due_on=(at + timedelta(days=letter.days)).date() if letter.days else None,
        )  # fmt: skip
        self._go_on(letter, inquiry, by, other, at)

    def _rif_for(self, letter: Letter, by: Actor) -> tuple[Rif | None, Organisation | None]:
        """The newest RIF of another organisation that answers requests; for consent, with an agency not yet told."""
        with behind_wall(by):
            rows = Rif.objects.visible_to(by).filter(status=Status.PUBLISHED).exclude(issuer_id=by.organisation_id)
            found = list(rows.order_by("-published_at", "reference")[:40])
        found = [rif for rif in found if self._writer(self.by_number[rif.issuer_id].code)]
        if letter.purpose != "CONSENT":
            return (found[0] if found else None), None
        agencies = [o for o in self.organisations.values() if o.kind == "AGENCY"]
        pairs = (
            (rif, agency)
            for rif in found
            for agency in agencies
            if set(rif.areas) & set(agency.policy_areas) and agency.pk not in rif.readers()
        )
        return next(pairs, (None, None))

    def _go_on(self, letter: Letter, inquiry: Inquiry, asker: Actor, other: Actor, at: datetime) -> None:
        """Plan what comes of it, spread over the time that has passed since."""
        soon, later, last = moments(letter, at, self.diary.until)
        if letter.reply:
            self.diary.plan(soon, lambda when: done(actions.reply(inquiry, by=other, at=when, text=letter.reply)))
        if letter.answer:
            words = {"text": letter.answer, "verdict": letter.verdict}
            self.diary.plan(later, lambda when: done(actions.answer(inquiry, by=other, at=when, **words)))
        if letter.ending == "close":
            self.diary.plan(last, lambda when: done(actions.close(inquiry, by=asker, at=when)))
        elif letter.ending == "acknowledge":
            self.diary.plan(last, lambda when: done(actions.acknowledge(inquiry, by=other, at=when)))
        elif letter.ending == "withdraw":
            reason = "Sent twice by mistake."
            self.diary.plan(last, lambda when: done(actions.withdraw(inquiry, by=asker, at=when, reason=reason)))


def moments(letter: Letter, at: datetime, until: datetime) -> list[datetime]:
    """When a message, the answer and the end follow a request of `at`: in this order, while offices are open."""
    chance, passed = lottery(letter.title), min(until - at, timedelta(days=6))
    return sorted(
        max(at + timedelta(minutes=minutes), last_working_time(at + passed * share, chance))
        for minutes, share in ((20, 0.3), (50, 0.6), (75, 0.9))
    )


def done(_inquiry: Inquiry) -> None:
    """Nothing follows from it."""
