"""The participants that only the demonstration has: partner authorities, operators and customs offices."""

from apps.organisations.models import Kind, Organisation, Unit
from portal.demo.places import entries

#: code | name | country | policy areas
_AUTHORITIES = """
IT-MSA | Market Surveillance Authority of Italy | IT | 5 6
DE-MSA | Market Surveillance Authority of Germany | DE | 5
SE-MSA | Market Surveillance Authority of Sweden | SE | 5 6
NL-FOOD | Food and Product Safety Authority of the Netherlands | NL | 4 5 6
FR-FOOD | Food Control Directorate of France | FR | 4
ES-CITES | CITES Management Authority of Spain | ES | 4 7
BE-CITES | CITES Service of Belgium | BE | 7
PL-ENV | Environmental Inspectorate of Poland | PL | 7
DE-POLICE | Criminal Police Office of Germany | DE | 1 9 11
IT-TAX | Revenue Agency of Italy | IT | 8
CZ-LIC | Licensing Administration of Czechia | CZ | 9
EL-CULTURE | Service for Antiquities of Greece | GR | 10
"""
#: code | name | country | EORI. The digits 9999 mark a number that no administration gives.
_OPERATORS = """
TRADER-IT | Fratelli Esempio S.p.A. | IT | IT99990000017
TRADER-DE | Beispiel Spedition GmbH | DE | DE999900000000025
TRADER-FR | Société Exemple du Havre S.A. | FR | FR99990000000033
TRADER-NL | Voorbeeld Logistiek B.V. | NL | NL999900041
TRADER-PL | Przykład Cargo sp. z o.o. | PL | PL999900000000058
TRADER-ES | Ejemplo Marítima S.L. | ES | ESA99990066
TRADER-SE | Exempel Trading AB | SE | SE9999000074
TRADER-IE | Sample Airfreight Ltd | IE | IE9999082T
"""


def domain_of(code: str) -> str:
    """The mail domain of an organisation of the demonstration."""
    return f"{code.lower()}.vedette.example"


def found_organisations() -> None:
    """Make the demonstration's own participants, give everybody a mail domain, and open the offices."""
    for code, name, country, areas in _rows(_AUTHORITIES):
        numbers = [int(area) for area in areas.split()]
        Organisation.objects.create(
            code=code, name=name, country=country, kind=Kind.PARTNER_AUTHORITY, policy_areas=numbers
        )
    for code, name, country, eori in _rows(_OPERATORS):
        Organisation.objects.create(code=code, name=name, country=country, kind=Kind.OPERATOR, eori=eori)
    everybody = list(Organisation.objects.order_by("code"))
    for organisation in everybody:
        organisation.email_domains = [domain_of(organisation.code)]
        if organisation.code == "OLAF":  # one of its officials comes from another service of the Commission
            organisation.email_domains.append(domain_of("TAXUD"))
        organisation.contact_point = f"contact@{domain_of(organisation.code)}"
    Organisation.objects.bulk_update(everybody, ["email_domains", "contact_point"])
    _open_offices({organisation.code: organisation for organisation in everybody})


def _open_offices(by_code: dict[str, Organisation]) -> None:
    """A customs office at each place of entry, under the central risk unit of its administration."""
    centres = {unit.organisation_id: unit for unit in Unit.objects.filter(code="CRU")}
    offices = {
        place.office: Unit(
            organisation=by_code[code],
            code=place.office,
            name=f"Customs office {place.name}",
            kind=Unit.Kind.OFFICE,
            customs_office=place.office,
            parent=centres[by_code[code].pk],
        )
        for code, modes in entries().items()
        for places in modes.values()
        for place in places
    }
    Unit.objects.bulk_create(offices.values())


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
