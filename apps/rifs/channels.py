"""The other networks that a risk may be reported to, and the acts that allow it (domain 4.6).

`confirmed` is false where the domain's sources name neither the act nor the way; the pages say so. What is
the highest marking that a network may carry is a design of this portal, not law (docs/decisions/0021).
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from apps.kernel.refusals import Kind, Refusal
from apps.rifs.models import Rif, Tlp

Label = str | Promise
#: The strictest first.
STRICTNESS = [Tlp.RED, Tlp.AMBER_STRICT, Tlp.AMBER, Tlp.GREEN, Tlp.CLEAR]
#: EU classified information has its own networks; what is merely SENSITIVE has not.
CLASSIFIED = {"RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP_SECRET"}


@dataclass(frozen=True)
class Basis:
    """One act by which information may be sent."""

    title: Label
    confirmed: bool = True


@dataclass(frozen=True)
class Channel:
    """One network: through whom it is reached, on which acts (the usual one first), what it may carry and wants."""

    code: str
    title: Label
    through: Label
    bases: tuple[str, ...]
    highest: Tlp
    wants: Label


BASES: dict[str, Basis] = {
    "REG_515_97": Basis(_later("Regulation (EC) No 515/97: mutual assistance in customs and agricultural matters")),
    "NAPLES_II": Basis(_later("Naples II Convention: assistance between customs administrations in criminal matters")),
    "REG_904_2010": Basis(_later("Regulation (EU) No 904/2010: administrative cooperation in VAT")),
    "REG_389_2012": Basis(_later("Regulation (EU) No 389/2012: administrative cooperation in excise duties")),
    "REG_2018_1672": Basis(_later("Regulation (EU) 2018/1672: controls on cash")),
    "REG_2019_1020": Basis(_later("Regulation (EU) 2019/1020: market surveillance")),
    "REG_608_2013": Basis(_later("Regulation (EU) No 608/2013: intellectual property at customs"), confirmed=False),
    "REG_178_2002": Basis(_later("Regulation (EC) No 178/2002: general food law"), confirmed=False),
    "REG_2017_625": Basis(_later("Regulation (EU) 2017/625: official controls"), confirmed=False),
    "REG_2023_988": Basis(_later("Regulation (EU) 2023/988: general product safety"), confirmed=False),
    "REG_338_97": Basis(_later("Regulation (EC) No 338/97: trade in wild fauna and flora"), confirmed=False),
    "REG_2016_794": Basis(_later("Regulation (EU) 2016/794: Europol"), confirmed=False),
    "AGREEMENT": Basis(_later("The agreement on customs assistance with the country in question"), confirmed=False),
}
_EVERY = tuple(BASES)
_LIST = (
    Channel("AM", _later("Mutual assistance message (AFIS)"), _later("The unit for mutual assistance, in AFIS"),
            ("REG_515_97",), Tlp.AMBER_STRICT,
            _later("Which breach of customs legislation is suspected, and what is asked of whom.")),
    Channel("NAPLES_II", _later("Naples II"), _later("The central coordinating unit (CCU)"),
            ("NAPLES_II",), Tlp.AMBER_STRICT,
            _later("The authority that enquires, its file number, the measure asked for, and why.")),
    Channel("VAT", _later("VAT cooperation"), _later("The central liaison office (CLO)"),
            ("REG_904_2010",), Tlp.AMBER_STRICT,
            _later("The VAT numbers of both sides and the periods in question.")),
    Channel("EXCISE", _later("Excise cooperation"), _later("The excise liaison office (ELO)"),
            ("REG_389_2012",), Tlp.AMBER_STRICT,
            _later("The excise numbers of both sides and the reference codes of the movements.")),
    Channel("COPIS", _later("COPIS (intellectual property)"), _later("The customs office in charge, in COPIS"),
            ("REG_608_2013",), Tlp.AMBER,
            _later("The application of the right holder, and the result of the detention.")),
    Channel("RASFF", _later("RASFF / iRASFF (food and feed)"), _later("The national contact point of RASFF"),
            ("REG_178_2002", "REG_2017_625"), Tlp.AMBER,
            _later("The hazard, its analysis, and the type of notification.")),
    Channel("SAFETY_GATE", _later("Safety Gate (non-food products)"),
            _later("The national contact point of Safety Gate"),
            ("REG_2023_988",), Tlp.GREEN,
            _later("The risk, the standard that is not met, and the measures taken.")),
    Channel("ICSMS", _later("ICSMS (market surveillance)"), _later("The market surveillance authority, in ICSMS"),
            ("REG_2019_1020",), Tlp.AMBER,
            _later("The product category, the legal act it falls under, and pictures.")),
    Channel("CIS", _later("CIS (cash)"), _later("The unit in charge of cash controls, in CIS"),
            ("REG_2018_1672",), Tlp.AMBER_STRICT,
            _later("The amount and kind of cash, its carrier, owner and recipient, provenance and use.")),
    Channel("EU_TWIX", _later("EU-TWIX (wildlife)"), _later("The national contact of EU-TWIX"),
            ("REG_338_97",), Tlp.GREEN,
            _later("The scientific names of the species, and the permits.")),
    Channel("SIENA", _later("Europol SIENA"), _later("The Europol national unit or its liaison at customs"),
            ("REG_2016_794",), Tlp.AMBER_STRICT,
            _later("The crime area, the handling codes, and the evaluation of source and information.")),
    Channel("PAPER", _later("Letter or paper form"), _later("As the authority addressed has laid down"),
            ("AGREEMENT", *(code for code in _EVERY if code != "AGREEMENT")), Tlp.AMBER_STRICT,
            _later("The authority addressed, and how the letter is protected on its way.")),
)  # fmt: skip
CHANNELS: dict[str, Channel] = {channel.code: channel for channel in _LIST}


def highest_for(channel: Channel) -> Tlp:
    """The strictest marking that a channel may carry here; RED only where the operator has opened it."""
    return Tlp.RED if channel.code in settings.CHANNELS_FOR_RED else channel.highest


def unfit_for(rif: Rif, channel: Channel) -> Refusal | None:
    """Why the content of a RIF may not be put into a draft for this channel."""
    if rif.content.get("eu_marking") in CLASSIFIED:
        return Refusal(_("EU classified information is sent by its own secured networks only."), Kind.RULE)
    highest = highest_for(channel)
    if STRICTNESS.index(Tlp(rif.tlp)) < STRICTNESS.index(highest):
        text = _("%(channel)s carries at most TLP:%(highest)s; this RIF is TLP:%(tlp)s.")
        return Refusal(text % {"channel": channel.title, "highest": highest.value, "tlp": rif.tlp}, Kind.RULE)
    return None
