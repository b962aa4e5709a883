"""Which one legal basis, and which one channel: a decision table as data (domain 4.6).

Exactly one rule fits each combination of answers, and it names one basis and one channel or refuses.
Several bases in one request, or the wrong liaison office, are what this table is here to prevent.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.rifs.channels import BASES, CHANNELS, Basis, Channel

Label = str | Promise
PURPOSES: dict[str, Label] = {
    "ADMINISTRATIVE": _("Administrative: to apply the law, to control, to recover duties"),
    "CRIMINAL": _("Criminal: to prosecute an offence"),
}
SUBJECTS: dict[str, Label] = {
    "CUSTOMS": _("Customs legislation"),
    "VAT": _("VAT"),
    "EXCISE": _("Excise duties"),
    "PRODUCT": _("Safety of products other than food"),
    "FOOD": _("Food and feed"),
    "CASH": _("Cash"),
}
COUNTERPARTS: dict[str, Label] = {
    "MEMBER_STATE": _("Another Member State"),
    "THIRD_COUNTRY": _("A third country"),
    "UNION": _("The Commission or an agency of the Union"),
}
MANNERS: dict[str, Label] = {
    "SPONTANEOUS": _("Spontaneously"),
    "REQUEST": _("On request, or as a request"),
}
QUESTIONS = {"purpose": PURPOSES, "subject": SUBJECTS, "counterpart": COUNTERPARTS, "manner": MANNERS}


@dataclass(frozen=True)
class Rule:
    """One row: the answers it is for, and what then holds. No `confirmed` where the sources leave it open."""

    code: str
    purpose: str
    subjects: tuple[str, ...]
    counterparts: tuple[str, ...]
    manners: tuple[str, ...] = tuple(MANNERS)
    basis: str = ""
    channel: str = ""
    reason: Label = ""
    note: Label = ""
    confirmed: bool = True

    def fits(self, purpose: str, subject: str, counterpart: str, manner: str) -> bool:
        """Whether this row is for these answers."""
        return (
            purpose == self.purpose
            and subject in self.subjects
            and counterpart in self.counterparts
            and manner in self.manners
        )


@dataclass(frozen=True)
class Answer:
    """What the guide says: a basis and a channel, or the reason why there is none."""

    rule: Rule
    basis: Basis | None
    channel: Channel | None
    reason: Label
    confirmed: bool


_MS, _THIRD, _UNION = ("MEMBER_STATE",), ("THIRD_COUNTRY",), ("UNION",)
_SPONTANEOUS, _REQUEST = ("SPONTANEOUS",), ("REQUEST",)
_ADMINISTRATIVE, _CRIMINAL = "ADMINISTRATIVE", "CRIMINAL"

TABLE: tuple[Rule, ...] = (
    Rule("customs-ms", _ADMINISTRATIVE, ("CUSTOMS",), _MS, basis="REG_515_97", channel="AM",
         note=_("For a suspected breach. A new trend that all should know stays a RIF (Article 46(5) UCC).")),
    Rule("customs-union", _ADMINISTRATIVE, ("CUSTOMS",), _UNION, basis="REG_515_97", channel="AM",
         note=_("For the Commission. Ask another body first whether it may receive it.")),
    Rule("customs-third", _ADMINISTRATIVE, ("CUSTOMS",), _THIRD, basis="AGREEMENT", channel="PAPER", confirmed=False,
         note=_("Only if there is such an agreement; it also says through whom.")),
    Rule("vat-ms", _ADMINISTRATIVE, ("VAT",), _MS, basis="REG_904_2010", channel="VAT"),
    Rule("excise-ms", _ADMINISTRATIVE, ("EXCISE",), _MS, basis="REG_389_2012", channel="EXCISE"),
    Rule("tax-third", _ADMINISTRATIVE, ("VAT", "EXCISE"), _THIRD, confirmed=False,
         reason=_("The Regulations on VAT and excise cooperation bind Member States only. Ask the liaison office "
                  "whether there is an agreement with this country.")),
    Rule("tax-union", _ADMINISTRATIVE, ("VAT", "EXCISE"), _UNION, confirmed=False,
         reason=_("VAT and excise cases are exchanged between the liaison offices of Member States. For the "
                  "prosecution of fraud choose the criminal purpose.")),
    Rule("product-ms", _ADMINISTRATIVE, ("PRODUCT",), _MS, basis="REG_2019_1020", channel="ICSMS"),
    Rule("product-union", _ADMINISTRATIVE, ("PRODUCT",), _UNION, _SPONTANEOUS, basis="REG_2023_988",
         channel="SAFETY_GATE", confirmed=False),
    Rule("product-union-request", _ADMINISTRATIVE, ("PRODUCT",), _UNION, _REQUEST, confirmed=False,
         reason=_("Safety Gate takes notifications, not requests. The market surveillance authority answers the "
                  "Commission; give it what you have in ICSMS.")),
    Rule("food", _ADMINISTRATIVE, ("FOOD",), _MS + _UNION, _SPONTANEOUS, basis="REG_178_2002", channel="RASFF",
         confirmed=False),
    Rule("food-request", _ADMINISTRATIVE, ("FOOD",), _MS + _UNION, _REQUEST, basis="REG_2017_625", channel="RASFF",
         confirmed=False, note=_("As administrative assistance in iRASFF, not as a notification.")),
    Rule("goods-third", _ADMINISTRATIVE, ("PRODUCT", "FOOD"), _THIRD, confirmed=False,
         reason=_("Third countries are told by the Commission out of Safety Gate and RASFF, not by customs.")),
    Rule("cash-ms", _ADMINISTRATIVE, ("CASH",), _MS, basis="REG_2018_1672", channel="CIS"),
    Rule("cash-union", _ADMINISTRATIVE, ("CASH",), _UNION, _SPONTANEOUS, basis="REG_2018_1672", channel="CIS",
         note=_("As anonymised risk information, every six months.")),
    Rule("cash-union-request", _ADMINISTRATIVE, ("CASH",), _UNION, _REQUEST, confirmed=False,
         reason=_("The Commission has anonymised risk information on cash every six months; nothing is sent on "
                  "request. For the prosecution of an offence choose the criminal purpose.")),
    Rule("cash-third", _ADMINISTRATIVE, ("CASH",), _THIRD, confirmed=False,
         reason=_("Information on cash goes to a third country only within an agreement on mutual assistance and "
                  "with the consent of the authority that obtained it. Ask your legal service.")),
    Rule("customs-criminal-ms", _CRIMINAL, ("CUSTOMS",), _MS, basis="NAPLES_II", channel="NAPLES_II"),
    Rule("excise-criminal-ms", _CRIMINAL, ("EXCISE",), _MS, basis="NAPLES_II", channel="NAPLES_II", confirmed=False,
         note=_("For harmonised excise duties.")),
    Rule("vat-criminal-ms", _CRIMINAL, ("VAT",), _MS, basis="NAPLES_II", channel="NAPLES_II", confirmed=False,
         note=_("For VAT on importation only. VAT within the Union goes through the prosecuting authority.")),
    Rule("goods-criminal-ms", _CRIMINAL, ("PRODUCT", "FOOD"), _MS, confirmed=False,
         reason=_("Neither ICSMS nor RASFF serves a prosecution. Where goods were brought in against a prohibition, "
                  "choose customs legislation.")),
    Rule("cash-criminal-ms", _CRIMINAL, ("CASH",), _MS, basis="REG_2018_1672", channel="CIS", confirmed=False,
         note=_("Cash with signs of an offence also goes to the own financial intelligence unit.")),
    Rule("criminal-union", _CRIMINAL, ("CUSTOMS", "VAT", "EXCISE", "PRODUCT", "FOOD"), _UNION, basis="REG_2016_794",
         channel="SIENA", confirmed=False,
         note=_("For crime within the mandate of Europol. What harms the budget of the Union is also reported to the "
                "European Public Prosecutor's Office.")),
    Rule("cash-criminal-union", _CRIMINAL, ("CASH",), _UNION, confirmed=False,
         reason=_("Cash with signs of an offence goes to the own financial intelligence unit within 15 working days; "
                  "that unit decides on Europol and on the European Public Prosecutor's Office.")),
    Rule("criminal-third", _CRIMINAL, tuple(SUBJECTS), _THIRD, confirmed=False,
         reason=_("A prosecution with a third country is a matter of judicial assistance: go through the prosecuting "
                  "authority.")),
)  # fmt: skip


def decide(purpose: str, subject: str, counterpart: str, manner: str) -> Answer:
    """The one answer to four answers; a combination that no rule or several rules fit is an error in the table."""
    (rule,) = [rule for rule in TABLE if rule.fits(purpose, subject, counterpart, manner)]
    if rule.code in settings.GUIDE_WITHHELD:
        text = _("The operator of this portal has withheld this answer. Ask your legal service.")
        return Answer(rule, None, None, text, confirmed=False)
    if rule.reason:
        return Answer(rule, None, None, rule.reason, rule.confirmed)
    basis = BASES[rule.basis]
    return Answer(rule, basis, CHANNELS[rule.channel], "", rule.confirmed and basis.confirmed)
