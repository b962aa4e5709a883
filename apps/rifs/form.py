"""The form itself: its fields and groups, one table from which pages, API, checks and documents are made.

Data element numbers are those of Annex B to Regulation (EU) 2015/2447 as amended (domain 4.1).
Values are kept as typed; what a value must be is said by its check.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.organisations.models import Nature, PolicyArea
from apps.reference import validators as check
from apps.reference.validators import Finding
from apps.rifs import choices
from apps.rifs.models import Tlp, Urgency

Check = Callable[[str, date], Iterable[Finding]]
Choices = Callable[[], Iterable[tuple[str, str | Promise]]]
Label = str | Promise


@dataclass(frozen=True)
class Field:
    """One field: `kind` is line, text, date, choice or several; `element` its EU data element number."""

    name: str
    label: Label
    kind: str = "line"
    element: str = ""
    hint: Label = ""
    required: bool = False
    longest: int = 0
    choices: Choices | None = None
    check: Check | None = None
    identifies: bool = False


@dataclass(frozen=True)
class Group:
    """Rows that repeat, such as goods."""

    name: str
    title: Label
    one: Label
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Step:
    """One page of the form."""

    name: str
    title: Label
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()


def _of(choices: Iterable[tuple[object, Label]]) -> Choices:
    return lambda: [(str(value), label) for value, label in choices]


RISK = Step(
    "risk",
    _("Risk"),
    fields=(
        Field("title", _("Title"), hint=_("What the risk is, in one line. No names of persons."), required=True,
              longest=140, check=check.check_title),
        Field("summary", _("Summary of the risk"), "text", required=True, longest=10_000, check=check.check_text,
              hint=_("What was seen, why it matters, how it can be found.")),
        Field("language", _("Language of the text"), "choice", required=True, choices=choices.languages),
        Field("kind", _("Kind of message"), "choice", required=True, choices=_of(choices.KINDS)),
        Field("nature", _("Nature of the risk"), "choice", required=True, choices=_of(Nature.choices),
              hint=_("Only what is purely security and safety can go to Switzerland and Norway.")),
        Field("areas", _("Policy areas"), "several", required=True, choices=_of(PolicyArea.choices)),
        Field("legal_ground", _("Legal ground"), "choice", required=True, choices=_of(choices.LEGAL_GROUNDS)),
        Field("urgency", _("Urgency"), "choice", required=True, choices=_of(Urgency.choices),
              hint=_("Sets the target for acknowledging: flash 2 hours, urgent 24 hours, routine 5 working days.")),
        Field("sub_theme", _("Sub-theme"), longest=140, check=check.check_text),
        Field("significance", _("Significance"), "choice", choices=_of(choices.SIGNIFICANCE)),
        Field("valid_from", _("Valid from"), "date", check=check.check_date),
        Field("valid_to", _("Valid until"), "date", check=check.check_date),
        Field("long_validity", _("Why it must hold for more than 24 months"), longest=500, check=check.check_text),
        Field("modus_operandi", _("Modus operandi"), "several", required=True, choices=_of(choices.MODUS_OPERANDI)),
        Field("other_modus_operandi", _("Other modus operandi, in words"), longest=500, check=check.check_text),
        Field("detected_by", _("How it was detected"), "choice", choices=_of(choices.DETECTIONS)),
        Field("contact", _("Contact for questions"), longest=200, check=check.check_text,
              hint=_("For a flash RIF: reachable at any hour.")),
        Field("unit", _("Unit of the issuer"), longest=140, check=check.check_text),
        Field("links", _("Linked with"), longest=300, check=check.check_text,
              hint=_("Earlier RIFs, priority control areas, crises, joint operations, with commas between.")),
    ),
)  # fmt: skip
GOODS = Group(
    "goods",
    _("Goods"),
    _("goods item"),
    (
        Field("description", _("Description of goods"), element="18 05", longest=512, check=check.check_text),
        Field("commodity", _("Commodity code"), element="18 09", longest=13, check=check.check_commodity,
              identifies=True, hint=_("6 (HS), 8 (CN) or 10 (TARIC) digits, such as 8708 95 10.")),
        Field("additional", _("Additional code"), element="18 09 059", longest=4, check=check.check_text),
        Field("cus", _("CUS code"), element="18 08", longest=9, check=check.check_cus, identifies=True),
        Field("un_number", _("UN number"), element="18 07", longest=4, check=check.check_un_number),
        Field("declared_as", _("Declared as"), longest=512, check=check.check_text,
              hint=_("What the declaration said, where it differs from what was found.")),
        Field("found", _("Found"), longest=512, check=check.check_text),
        Field("origin", _("Country of origin"), element="16 08", longest=2, check=check.check_country,
              hint=_("Two letters, such as CN.")),
        Field("dispatch", _("Country of dispatch"), element="16 06", longest=2, check=check.check_country),
        Field("net_mass", _("Net mass in kg"), element="18 01", longest=24, check=check.check_mass),
        Field("gross_mass", _("Gross mass in kg"), element="18 04", longest=24, check=check.check_mass),
        Field("supplementary", _("Supplementary units"), element="18 02", longest=24, check=check.check_mass),
        Field("packages", _("Number and type of packages"), element="18 06", longest=60, check=check.check_text),
        Field("value", _("Item amount invoiced"), element="14 08", longest=24, check=check.check_amount),
        Field("currency", _("Currency"), element="14 06", longest=3, check=check.check_currency,
              hint=_("Three letters, such as EUR.")),
        Field("brand", _("Brand and model"), longest=140, check=check.check_text),
        Field("vin", _("Vehicle identification number (VIN)"), longest=17, check=check.check_vin, identifies=True),
        Field("gtin", _("GTIN"), longest=14, check=check.check_gtin, identifies=True),
        Field("batch", _("Batch or serial number"), longest=140, check=check.check_text),
    ),
)  # fmt: skip
OPERATORS = Group(
    "operators",
    _("Operators"),
    _("operator"),
    (
        Field("role", _("Role"), "choice", choices=_of(choices.OPERATOR_ROLES)),
        Field("name", _("Name"), longest=70, check=check.check_text),
        Field("identification", _("EORI or third-country identifier"), longest=17, check=check.check_operator_id,
              identifies=True, hint=_("Country code and up to 15 characters, such as IT01234567890.")),
        Field("vat", _("VAT number"), longest=17, check=check.check_vat, identifies=True),
        Field("lei", _("Legal entity identifier (LEI)"), longest=20, check=check.check_lei, identifies=True),
        Field("person", _("Type of person"), "choice", choices=_of(choices.PERSONS)),
        Field("status", _("AEO or partner status then"), longest=35, check=check.check_text),
        Field("address", _("Address"), longest=300, check=check.check_text),
        Field("country", _("Country"), longest=2, check=check.check_country),
    ),
)  # fmt: skip
TRANSPORT = Group(
    "transport",
    _("Transport"),
    _("means of transport"),
    (
        Field("mode", _("Mode at the border"), "choice", element="19 03", choices=_of(choices.MODES)),
        Field("container", _("Container"), element="19 07", longest=17, check=check.check_container,
              identifies=True, hint=_("Three letters, U, J or Z, and seven digits, such as CSQU3054383.")),
        Field("seal", _("Seal"), element="19 10", longest=20, check=check.check_seal, identifies=True),
        Field("vessel_imo", _("Ship identification (IMO)"), element="19 08", longest=10, check=check.check_imo,
              identifies=True),
        Field("means", _("Type of active means of transport"), "choice", element="19 08 061",
              choices=_of(choices.MEANS)),
        Field("means_id", _("Its identification"), element="19 08 017", longest=35, check=check.check_text,
              identifies=True),
        Field("nationality", _("Its nationality"), element="19 08 062", longest=2, check=check.check_country),
        Field("vehicle", _("Vehicle, flight or voyage"), element="19 02", longest=35, check=check.check_text,
              identifies=True),
        Field("document", _("Transport document"), element="12 05", longest=70, check=check.check_text,
              identifies=True),
        Field("mrn", _("Movement reference number (MRN)"), longest=18, check=check.check_mrn, identifies=True),
        Field("receptacle", _("Receptacle"), element="19 11", longest=35, check=check.check_text, identifies=True),
        Field("postal_item", _("Postal item"), longest=13, check=check.check_postal_item, identifies=True),
    ),
)  # fmt: skip
ROUTE = Group(
    "route",
    _("Route"),
    _("route"),
    (
        Field("loading", _("Place of loading"), element="16 13", longest=17, check=check.check_location,
              hint=_("UN/LOCODE, such as CNSHA.")),
        Field("unloading", _("Place of unloading"), element="16 14", longest=17, check=check.check_location),
        Field("countries", _("Countries of routing"), element="16 12", longest=60, check=check.check_countries,
              hint=_("In order, such as VN CN IT.")),
        Field("first_entry", _("Office of first entry"), element="17 07", longest=8, check=check.check_office,
              identifies=True, hint=_("Country code and six characters, such as BEBRU000.")),
        Field("presentation", _("Office of presentation"), element="17 09", longest=8, check=check.check_office,
              identifies=True),
        Field("destination", _("Country of destination"), element="16 03", longest=2, check=check.check_country),
        Field("procedure", _("Procedure, requested and previous"), element="11 09", longest=4,
              check=check.check_procedure, hint=_("Four digits, such as 4000.")),
        Field("additional_procedure", _("Additional procedure"), element="11 10", longest=3, check=check.check_text),
    ),
)  # fmt: skip
TARGETING = Group(
    "targeting",
    _("Targeting elements"),
    _("targeting element"),
    (
        Field("element", _("Data element"), "choice", choices=_of(choices.TARGETING_ELEMENTS)),
        Field("operator", _("Condition"), "choice", choices=_of(choices.TARGETING_OPERATORS)),
        Field("value", _("Value"), longest=300, check=check.check_text),
        Field("weight", _("Weight (1–100)"), longest=3, check=check.check_weight),
        Field("valid_until", _("Holds until"), "date", check=check.check_date),
        Field("reason", _("Why it cannot be put as a condition"), longest=300, check=check.check_text,
              hint=_("Only where the value is free text that no system can search for.")),
    ),
)  # fmt: skip
RESULTS = Group(
    "results",
    _("Results of controls"),
    _("result"),
    (
        Field("control", _("Type of control"), "choice", choices=_of(choices.CONTROLS)),
        Field("at", _("Date of the control"), "date", check=check.check_event_date),
        Field("irregularity", _("Irregularity"), "choice", choices=_of(choices.IRREGULARITIES)),
        Field("quantity", _("Quantity seized or detained"), longest=60, check=check.check_quantity),
        Field("duties", _("Duty and VAT at stake, in euro"), longest=24, check=check.check_amount),
    ),
)  # fmt: skip
HANDLING = Step(
    "handling",
    _("Handling and addressees"),
    fields=(
        Field("tlp", _("Handling"), "choice", required=True, choices=_of(Tlp.choices)),
        Field("named", _("Named recipients"), "text", longest=4_000, check=check.check_text,
              hint=_("For TLP:RED: the e-mail address of each person, one a line.")),
        Field("eu_marking", _("EU marking"), "choice", choices=_of(choices.EU_MARKINGS)),
        Field("caveats", _("Caveats"), longest=300, check=check.check_text,
              hint=_("Such as: not for use in court without consent of the issuer.")),
        Field("action", _("Requested action"), "choice", required=True, choices=_of(choices.REQUESTED_ACTIONS)),
        Field("control_nature", _("Nature of the control asked for"), "choice", choices=_of(choices.CONTROLS)),
        Field("control_place", _("Where and when"), longest=140, check=check.check_text),
        Field("duration", _("For how many days"), longest=4, check=check.check_days),
        Field("feedback_by", _("Feedback wanted by"), "date", check=check.check_date),
        Field("for_action", _("For action"), "several", choices=choices.addressees),
        Field("for_information", _("For information"), "several", choices=choices.addressees),
        Field("shared_title", _("Title of the redacted copy"), longest=140, check=check.check_title,
              hint=_("For Switzerland and Norway, of a risk that is also financial: only security and safety.")),
        Field("shared_summary", _("Summary of the redacted copy"), "text", longest=10_000, check=check.check_text),
        Field("change_note", _("What is new in this version"), longest=500, check=check.check_text),
        Field("change_material", _("Ask everybody to acknowledge again"), "choice", choices=_of(choices.YES_NO)),
    ),
)  # fmt: skip
STEPS: tuple[Step, ...] = (
    RISK,
    Step("goods", _("Goods"), groups=(GOODS,)),
    Step("operators", _("Operators"), groups=(OPERATORS,)),
    Step("transport", _("Transport and route"), groups=(TRANSPORT, ROUTE)),
    Step("targeting", _("Targeting elements"), groups=(TARGETING,)),
    Step("results", _("Results"), groups=(RESULTS,)),
    HANDLING,
)
FIELDS: dict[str, Field] = {field.name: field for step in STEPS for field in step.fields}
GROUPS: dict[str, Group] = {group.name: group for step in STEPS for group in step.groups}


def step_of(path: str) -> Step:
    """The page on which the field at `path` stands."""
    head = path.split(".", maxsplit=1)[0]
    return next(
        (s for s in STEPS if any(f.name == head for f in s.fields) or any(g.name == head for g in s.groups)), STEPS[0]
    )
