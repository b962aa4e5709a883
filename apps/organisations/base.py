"""The participants that every installation has, and the agreements by which two of them take part."""

from datetime import date

from apps.organisations.models import Agreement, Kind, Nature, Organisation, Unit

#: code, country (GEONOM), name, time zone. Greece is EL among customs, GR in the country list.
MEMBER_STATES = (
    "AT AT Austria Vienna, BE BE Belgium Brussels, BG BG Bulgaria Sofia, CY CY Cyprus Asia/Nicosia, "
    "CZ CZ Czechia Prague, DE DE Germany Berlin, DK DK Denmark Copenhagen, EE EE Estonia Tallinn, "
    "EL GR Greece Athens, ES ES Spain Madrid, FI FI Finland Helsinki, FR FR France Paris, HR HR Croatia Zagreb, "
    "HU HU Hungary Budapest, IE IE Ireland Dublin, IT IT Italy Rome, LT LT Lithuania Vilnius, "
    "LU LU Luxembourg Luxembourg, LV LV Latvia Riga, MT MT Malta Malta, NL NL Netherlands Amsterdam, "
    "PL PL Poland Warsaw, PT PT Portugal Lisbon, RO RO Romania Bucharest, SE SE Sweden Stockholm, "
    "SI SI Slovenia Ljubljana, SK SK Slovakia Bratislava"
)
ASSOCIATED = "CH CH Switzerland Zurich, NO NO Norway Oslo"
COMMISSION = {"TAXUD": "DG Taxation and Customs Union", "OLAF": "European Anti-Fraud Office (OLAF)"}
#: Agencies with the policy areas in which they may be told (domain 3.4).
AGENCIES: dict[str, tuple[str, list[int]]] = {
    "EUROPOL": ("Europol", [1, 2, 7, 8, 9, 10]),
    "FRONTEX": ("Frontex", [1, 11]),
    "EUIPO": ("EU Intellectual Property Office", [2]),
    "EMSA": ("European Maritime Safety Agency", [3]),
    "EFCA": ("European Fisheries Control Agency", [4]),
    "ECHA": ("European Chemicals Agency", [5, 7]),
}
#: Every central unit that national customs have in the portal.
UNITS = (
    ("CRU", Unit.Kind.CENTRAL_RISK, "Central risk unit"),
    ("NRAC", Unit.Kind.ANALYSIS_CENTRE, "Risk analysis centre"),
)


def load_organisations() -> dict[str, Organisation]:
    """Make what is missing; returns every organisation by its code."""
    rows = [*_national(MEMBER_STATES, Kind.MEMBER_STATE), *_national(ASSOCIATED, Kind.ASSOCIATED)]
    rows += [Organisation(code=code, name=name, kind=Kind.COMMISSION) for code, name in COMMISSION.items()]
    rows += [
        Organisation(code=code, name=name, kind=Kind.AGENCY, policy_areas=areas)
        for code, (name, areas) in AGENCIES.items()
    ]
    Organisation.objects.bulk_create(rows, ignore_conflicts=True)
    by_code = {organisation.code: organisation for organisation in Organisation.objects.order_by("code")}
    national = [o for o in by_code.values() if o.kind in {Kind.MEMBER_STATE, Kind.ASSOCIATED}]
    units = [Unit(organisation=o, code=code, kind=kind, name=name) for o in national for code, kind, name in UNITS]
    Unit.objects.bulk_create(units, ignore_conflicts=True)
    _agree(by_code)
    return by_code


def _national(table: str, kind: Kind) -> list[Organisation]:
    rows = []
    for line in table.split(", "):
        code, country, name, zone = line.split(" ")
        zone = zone if "/" in zone else f"Europe/{zone}"
        rows.append(Organisation(code=code, country=country, name=name, kind=kind, timezone=zone))
    return rows


def _agree(by_code: dict[str, Organisation]) -> None:
    """The agreements on customs security: risk of a financial nature is outside both (domain, rule R2)."""
    titles = {
        "CH": ("EU–Switzerland agreement on customs security measures", date(2011, 1, 1)),
        "NO": ("EEA Agreement, Protocol 10 on customs security measures", date(2009, 7, 1)),
    }
    for code, (title, start) in titles.items():
        Agreement.objects.get_or_create(
            organisation=by_code[code],
            title=title,
            defaults={"natures": [Nature.SECURITY_SAFETY.value], "valid_from": start},
        )
