"""The code lists of the form that are design, not law; countries, offices and goods are in `reference`."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS = [
    ("NEW_TREND", _("New trend")),
    ("ALERT", _("Alert")),
    ("REQUEST", _("Request for information")),
    ("SEIZURE", _("Seizure with a new element")),
    ("UPDATE", _("Update")),
    ("PCA_MESSAGE", _("Priority control area message")),
    ("CRISIS_MESSAGE", _("Crisis message")),
]
LEGAL_GROUNDS = [
    ("46_5_A", _("Article 46(5)(a) UCC: significant risk, confirmed by a control")),
    ("46_5_B", _("Article 46(5)(b) UCC: not confirmed here, but a high threat elsewhere")),
    ("47_2", _("Article 47(2) UCC: exchange with other authorities")),
    ("COMMISSION", _("Information from the Commission")),
]
MODUS_OPERANDI = [
    ("COVER_LOAD", _("Cover load")),
    ("CONCEALMENT", _("Concealment in structure")),
    ("RIP_OFF", _("Rip-off")),
    ("FALSE_COMPARTMENT", _("False compartment")),
    ("SPLITTING", _("Parcel splitting")),
    ("MISDESCRIPTION", _("Misdescription")),
    ("MISCLASSIFICATION", _("Misclassification")),
    ("UNDERVALUATION", _("Undervaluation")),
    ("ORIGIN", _("Origin or transhipment")),
    ("ADD_EVASION", _("Evasion of anti-dumping or countervailing duty")),
    ("MISSING_TRADER", _("Procedure 42 or 63, missing trader")),
    ("FICTITIOUS", _("Fictitious export or transit")),
    ("FORGED_DOCUMENTS", _("Forged documents")),
    ("EORI_HIJACK", _("Stolen identity (EORI)")),
    ("COUNTERFEIT", _("Counterfeit")),
    ("TRANSSHIPMENT", _("Abuse of transhipment")),
    ("MULTIPLE", _("Multiple declarations")),
    ("TRAVELLER_VAT", _("VAT refund of travellers")),
    ("CASH", _("Undeclared cash")),
    ("OTHER", _("Other")),
]
OPERATOR_ROLES = [
    ("EXPORTER", _("Exporter (13 01)")),
    ("CONSIGNOR", _("Consignor (13 02)")),
    ("CONSIGNEE", _("Consignee (13 03)")),
    ("IMPORTER", _("Importer (13 04)")),
    ("DECLARANT", _("Declarant (13 05)")),
    ("REPRESENTATIVE", _("Representative (13 06)")),
    ("SELLER", _("Seller (13 08)")),
    ("BUYER", _("Buyer (13 09)")),
    ("CARRIER", _("Carrier (13 12)")),
    ("NOTIFY_PARTY", _("Notify party (13 13)")),
    ("ADDITIONAL", _("Additional actor in the supply chain (13 14)")),
    ("MANUFACTURER", _("Manufacturer")),
    ("PLATFORM", _("Platform")),
    ("WAREHOUSE", _("Warehouse")),
    ("DRIVER", _("Driver")),
]
MODES = [
    ("1", _("Sea")),
    ("2", _("Rail")),
    ("3", _("Road")),
    ("4", _("Air")),
    ("5", _("Post")),
    ("7", _("Fixed installation")),
    ("8", _("Inland waterway")),
    ("9", _("Own propulsion")),
]
TARGETING_ELEMENTS = [
    ("18 05", _("18 05 Description of goods")),
    ("18 09", _("18 09 Commodity code")),
    ("16 08", _("16 08 Country of origin")),
    ("16 06", _("16 06 Country of dispatch")),
    ("16 03", _("16 03 Country of destination")),
    ("13 01", _("13 01 Exporter")),
    ("13 03", _("13 03 Consignee")),
    ("13 04", _("13 04 Importer")),
    ("13 05", _("13 05 Declarant")),
    ("18 04", _("18 04 Gross mass")),
    ("14 08", _("14 08 Item amount invoiced")),
    ("19 07", _("19 07 Container")),
    ("19 08", _("19 08 Active means of transport")),
    ("12 05", _("12 05 Transport document")),
    ("16 13", _("16 13 Place of loading")),
    ("17 07", _("17 07 Office of first entry")),
    ("11 09", _("11 09 Procedure")),
]
TARGETING_OPERATORS = [
    ("=", _("is")),
    ("in", _("is one of")),
    ("starts", _("starts with")),
    ("contains", _("contains")),
    ("regex", _("matches the pattern")),
    ("distance", _("is like (edit distance)")),
    ("between", _("lies between")),
    ("below", _("is below")),
    ("text", _("free text only")),
]
SIGNIFICANCE = [
    ("1", _("1 – low")),
    ("2", _("2 – limited")),
    ("3", _("3 – considerable")),
    ("4", _("4 – high")),
]
DETECTIONS = [
    ("ERA", _("Electronic risk analysis")),
    ("RANDOM", _("Random control")),
    ("SCANNER", _("Scanner")),
    ("DOG", _("Dog")),
    ("INTELLIGENCE", _("Intelligence")),
    ("AGENCY", _("Another agency")),
    ("LABORATORY", _("Laboratory")),
    ("POST_RELEASE", _("Control after release")),
    ("TRADER", _("Report of a trader")),
]
PERSONS = [
    ("1", _("Natural person")),
    ("2", _("Legal person")),
    ("3", _("Association of persons")),
]
MEANS = [
    ("10", _("10 Ship, by IMO number")),
    ("11", _("11 Ship, by name")),
    ("20", _("20 Wagon")),
    ("21", _("21 Train")),
    ("30", _("30 Road vehicle")),
    ("31", _("31 Road trailer")),
    ("40", _("40 Flight")),
    ("41", _("41 Aircraft, by registration")),
    ("80", _("80 Inland vessel, by ENI")),
    ("81", _("81 Inland vessel, by name")),
]
CONTROLS = [
    ("DOC", _("Documentary")),
    ("DOC_ERA", _("Documentary, based on electronic risk analysis")),
    ("PHY", _("Physical")),
    ("PHY_ERA", _("Physical, based on electronic risk analysis")),
    ("POST", _("Other control after release")),
]
IRREGULARITIES = [
    ("CLASSIFICATION", _("Classification")),
    ("VALUE", _("Value")),
    ("ORIGIN", _("Origin")),
    ("QUANTITY", _("Quantity")),
    ("DESCRIPTION", _("Description")),
    ("PROHIBITION", _("Prohibition, restriction or licence")),
    ("SAFETY", _("Safety")),
    ("IPR", _("Intellectual property")),
    ("EXCISE_VAT", _("Excise or VAT")),
    ("OTHER", _("Other")),
]
#: Markings of Council Decision 2013/488/EU; what may not stand in this portal is refused where it is chosen.
EU_MARKINGS = [
    ("SENSITIVE", _("SENSITIVE, not classified")),
    ("RESTRICTED", _("RESTREINT UE/EU RESTRICTED")),
    ("CONFIDENTIAL", _("CONFIDENTIEL UE/EU CONFIDENTIAL")),
    ("SECRET", _("SECRET UE/EU SECRET")),
    ("TOP_SECRET", _("TRÈS SECRET UE/EU TOP SECRET")),
]
YES_NO = [("YES", _("Yes")), ("NO", _("No"))]
REQUESTED_ACTIONS = [
    ("INFORMATION", _("For information")),
    ("PROFILE", _("Create or adjust a risk profile")),
    ("CONTROL", _("Control the next consignments")),
    ("CONTACT_ISSUER", _("Contact the issuer first")),
    ("SAMPLE", _("Sample and analyse")),
    ("POST_RELEASE", _("Check after release")),
    ("ANSWER", _("Answer the question")),
]


_LANGUAGES = (
    "bg Български, cs Čeština, da Dansk, de Deutsch, el Ελληνικά, en English, es Español, et Eesti, fi Suomi, "
    "fr Français, ga Gaeilge, hr Hrvatski, hu Magyar, it Italiano, lt Lietuvių, lv Latviešu, mt Malti, "
    "nl Nederlands, no Norsk, pl Polski, pt Português, ro Română, sk Slovenčina, sl Slovenščina, sv Svenska"
)


def languages() -> Iterable[tuple[str, str | Promise]]:
    """The languages of the Union and of Norway, each by its own name."""
    return [(entry[:2], entry[3:]) for entry in _LANGUAGES.split(", ")]


def addressees() -> Iterable[tuple[str, str | Promise]]:
    """Whom a RIF can be addressed to: every organisation but operators."""
    from apps.organisations.models import Kind, Organisation

    rows = Organisation.objects.exclude(kind=Kind.OPERATOR).order_by("code").values_list("code", "name")
    return list(rows)


def title_of(choices: Iterable[tuple[str, str | Promise]], value: str) -> str:
    """The words for a code; the code itself when it is unknown."""
    return next((str(label) for code, label in choices if code == value), value)
