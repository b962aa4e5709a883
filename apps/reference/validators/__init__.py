"""What an officer may have typed wrong: one check a kind of value, with the sentence to show.

Every check is called as `check(value, on)`, where `on` is the date of the event, and yields its findings;
a blank value yields none, because whether a value is required is the form's business. Values are
judged without regard to case and spaces and are never changed. Sources: Annexes A and B to Regulation
(EU) 2015/2446 and 2015/2447; what rests on trade practice only warns.
"""

from apps.reference.validators.documents import check_lrn, check_mrn, check_procedure, check_ucr
from apps.reference.validators.figures import (
    check_amount,
    check_date,
    check_days,
    check_event_date,
    check_mass,
    check_net_gross,
    check_period,
    check_weight,
    parse_date,
    read_number,
)
from apps.reference.validators.finding import Finding, compact
from apps.reference.validators.goods import check_cus, check_gtin, check_un_number, check_vin
from apps.reference.validators.nomenclature import check_commodity, check_hs
from apps.reference.validators.operators import (
    check_aeo,
    check_eori,
    check_lei,
    check_operator_id,
    check_third_country_id,
    check_vat,
)
from apps.reference.validators.places import (
    check_countries,
    check_country,
    check_currency,
    check_location,
    check_office,
)
from apps.reference.validators.text import check_quantity, check_text, check_title, clean_text, safe_cell
from apps.reference.validators.transport import (
    check_awb,
    check_container,
    check_imo,
    check_mode,
    check_postal_item,
    check_seal,
)

__all__ = [
    "Finding",
    "check_aeo",
    "check_amount",
    "check_awb",
    "check_commodity",
    "check_container",
    "check_countries",
    "check_country",
    "check_currency",
    "check_cus",
    "check_date",
    "check_days",
    "check_eori",
    "check_event_date",
    "check_gtin",
    "check_hs",
    "check_imo",
    "check_lei",
    "check_location",
    "check_lrn",
    "check_mass",
    "check_mode",
    "check_mrn",
    "check_net_gross",
    "check_office",
    "check_operator_id",
    "check_period",
    "check_postal_item",
    "check_procedure",
    "check_quantity",
    "check_seal",
    "check_text",
    "check_third_country_id",
    "check_title",
    "check_ucr",
    "check_un_number",
    "check_vat",
    "check_vin",
    "check_weight",
    "clean_text",
    "compact",
    "parse_date",
    "read_number",
    "safe_cell",
]
