"""The redacted copy of a RIF that is also financial, for administrations whose agreement covers only the rest.

What stands in the copy is named here; a field that is not named, and any that is added to the form later,
stays out. Title and summary are written for the copy, because no rule can tell what a sentence betrays.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.organisations.models import Nature, Organisation, PolicyArea
from apps.rifs.actions.delivering import deliver, keep_version
from apps.rifs.actions.drafting import insert, project
from apps.rifs.models import Rif, Status

FIELDS = (
    "language", "kind", "legal_ground", "urgency", "significance", "valid_from", "valid_to", "long_validity",
    "detected_by", "contact", "unit", "tlp", "eu_marking", "caveats", "action", "control_nature", "control_place",
    "duration", "feedback_by",
)  # fmt: skip
ROWS = {
    "goods": ("description", "commodity", "cus", "un_number", "origin", "dispatch", "net_mass", "gross_mass",
              "supplementary", "packages", "brand", "vin", "gtin", "batch"),
    "operators": ("role", "name", "identification", "address", "country", "person"),
    "transport": ("mode", "container", "seal", "vessel_imo", "means", "means_id", "nationality", "vehicle", "document",
                  "mrn", "receptacle", "postal_item"),
    "route": ("loading", "unloading", "countries", "first_entry", "presentation", "destination"),
    "targeting": ("element", "operator", "value", "weight", "valid_until", "reason"),
    "results": ("control", "at", "irregularity", "quantity"),
}  # fmt: skip
#: Values that only a financial risk has, by the group and field where they stand; such a row stays out whole.
FINANCIAL_ROWS = {
    ("targeting", "element"): {"14 08", "11 09"},
    ("results", "irregularity"): {"CLASSIFICATION", "VALUE", "ORIGIN", "EXCISE_VAT"},
}
FINANCIAL_MODI = {
    "MISCLASSIFICATION", "UNDERVALUATION", "ORIGIN", "ADD_EVASION", "MISSING_TRADER", "FICTITIOUS", "TRANSSHIPMENT",
    "MULTIPLE", "TRAVELLER_VAT", "CASH",
}  # fmt: skip


def redacted(content: dict[str, Any], codes: Iterable[str]) -> dict[str, Any]:
    """The content of the copy for the organisations with these codes."""
    chosen = set(codes)
    copy: dict[str, Any] = {name: content[name] for name in FIELDS if content.get(name)}
    modi = [modus for modus in content.get("modus_operandi", []) if modus not in FINANCIAL_MODI]
    copy |= {
        "title": content.get("shared_title", ""),
        "summary": content.get("shared_summary", ""),
        "nature": Nature.SECURITY_SAFETY.value,
        "areas": [area for area in content.get("areas", []) if area != str(PolicyArea.TAX.value)],
        "modus_operandi": modi or ["OTHER"],
        "for_action": [code for code in content.get("for_action", []) if code in chosen],
        "for_information": [code for code in content.get("for_information", []) if code in chosen],
    }
    for group, names in ROWS.items():
        rows = [row for row in content.get(group, []) if not _is_financial(group, row)]
        copy[group] = [{name: row[name] for name in ("key", *names) if row.get(name)} for row in rows]
    return copy


def _is_financial(group: str, row: dict[str, Any]) -> bool:
    return any(where == group and row.get(field) in values for (where, field), values in FINANCIAL_ROWS.items())


def copy_for(rif: Rif, organisations: list[Organisation], *, by: Actor, at: datetime) -> Rif:
    """Send the redacted copy, a RIF of its own that names nothing of its original."""
    copy = Rif(issuer=rif.issuer, original=rif, created_at=at, published_at=at, published_by=by.name, version=1)
    copy.author_id, copy.hands, copy.status = rif.author_id, rif.hands, Status.PUBLISHED
    _fill(copy, rif, organisations)
    copy.addressed = len(organisations)
    insert(copy, needs=Permission.RIF_PUBLISH, by=by, at=at, name="share")
    copy.addressed = 0  # stored above; the delivery counts it anew
    deliver(copy, organisations, at)
    keep_version(copy, by=by, at=at)
    return copy


def renew_copy(copy: Rif, rif: Rif, organisations: list[Organisation], at: datetime) -> list[Organisation]:
    """Write the new content into the copy; whoever is addressed now and was not before."""
    known = {*copy.for_action, *copy.for_information}
    _fill(copy, rif, organisations)
    fresh = [organisation for organisation in organisations if organisation.pk not in known]
    deliver(copy, fresh, at)
    return fresh


def _fill(copy: Rif, rif: Rif, organisations: list[Organisation]) -> None:
    copy.content = redacted(rif.content, [organisation.code for organisation in organisations])
    if not copy.content["areas"]:
        raise Refused(Refusal(_("Without tax, no policy area is left for the redacted copy."), Kind.RULE, "areas"))
    project(copy)
    action = set(rif.content.get("for_action", []))
    copy.for_action = [o.pk for o in organisations if o.code in action]
    copy.for_information = [o.pk for o in organisations if o.code not in action]
