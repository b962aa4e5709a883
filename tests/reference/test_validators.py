"""What an officer may have typed wrong, and the sentence that tells."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.reference import validators as check
from apps.reference.models import CustomsOffice, Location
from apps.reference.validators import Finding

TODAY = date(2026, 5, 4)
Check = Callable[[str, date], list[Finding]]


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """Severity and code of each finding."""
    return [(finding.severity, finding.code) for finding in findings]


def named(rule: Check) -> str:
    """The name of a check, for the test report."""
    return str(getattr(rule, "__name__", rule))


RIGHT: list[tuple[Check, str]] = [
    (check.check_eori, "IT01234567890"),
    (check.check_eori, "xi 123456789000"),
    (check.check_eori, "DE1234567"),
    (check.check_eori, "FR12345678901234"),
    (check.check_third_country_id, "US123456789"),
    (check.check_operator_id, "IT01234567890"),
    (check.check_operator_id, "CN91310000"),
    (check.check_vat, "DE136695976"),
    (check.check_vat, "EL094259216"),
    (check.check_vat, "XI980780684"),
    (check.check_lei, "213800KUD8LAJWSQ9D15"),
    (check.check_aeo, "BEAEOF0000000123"),
    (check.check_container, "CSQU3054383"),
    (check.check_container, "csqu 305438-3"),
    (check.check_imo, "9319466"),
    (check.check_imo, "IMO 9319466"),
    (check.check_seal, "SA-123456"),
    (check.check_awb, "020-12345675"),
    (check.check_postal_item, "RR473124829FR"),
    (check.check_mode, "1"),
    (check.check_mrn, "26ITQXC100000012J6"),
    (check.check_lrn, "2026-IMP-000123"),
    (check.check_ucr, "6DE123456789-ORDER42"),
    (check.check_procedure, "4000"),
    (check.check_cus, "0010001-6"),
    (check.check_un_number, "UN 1203"),
    (check.check_gtin, "4006381333931"),
    (check.check_gtin, "96385074"),
    (check.check_vin, "WVWZZZ1JZ3W386752"),
    (check.check_country, "gr"),
    (check.check_countries, "VN, CN IT"),
    (check.check_currency, "EUR"),
    (check.check_office, "BEBRU000"),
    (check.check_location, "ITGOA"),
    (check.check_date, "2026-04-03"),
    (check.check_date, "20260403"),
    (check.check_event_date, "2026-04-03"),
    (check.check_mass, "1 250,5"),
    (check.check_amount, "1.234.567,89"),
    (check.check_weight, "100"),
    (check.check_text, "Größe: 5 µm\nΕλλάδα"),
    (check.check_title, "Falsified brake pads from one sender"),
]

WRONG: list[tuple[Check, str, str, str]] = [
    (check.check_eori, "IT", "error", "eori.shape"),
    (check.check_eori, "IT0123456789012345", "error", "eori.shape"),
    (check.check_eori, "GB123456789000", "error", "eori.country"),
    (check.check_eori, "EL123456789", "error", "eori.country"),
    (check.check_eori, "US123456789", "error", "eori.country"),
    (check.check_eori, "FR123", "warn", "eori.national_shape"),
    (check.check_third_country_id, "U1", "error", "third_country_id.shape"),
    (check.check_third_country_id, "ZZ123", "error", "third_country_id.country"),
    (check.check_third_country_id, "IT123", "error", "third_country_id.country"),
    (check.check_operator_id, "ZZ123", "error", "eori.country"),
    (check.check_operator_id, "CN-1", "error", "third_country_id.shape"),
    (check.check_vat, "GR094259216", "error", "vat.country"),
    (check.check_vat, "US12", "error", "vat.country"),
    (check.check_vat, "DE136695977", "error", "vat.shape"),
    (check.check_lei, "213800KUD8LAJWSQ9D16", "warn", "lei.shape"),
    (check.check_aeo, "BEAEOX123", "error", "aeo.shape"),
    (check.check_aeo, "BEAEOF" + "1" * 30, "error", "aeo.shape"),
    (check.check_aeo, "USAEOF123", "error", "aeo.country"),
    (check.check_container, "CSQU3054384", "warn", "container.check_digit"),
    (check.check_container, "CSQX305438", "warn", "container.shape"),
    (check.check_imo, "9319467", "error", "imo.check_digit"),
    (check.check_imo, "93194", "error", "imo.shape"),
    (check.check_seal, "S" * 21, "error", "seal.length"),
    (check.check_awb, "020-1234567", "warn", "awb.shape"),
    (check.check_awb, "020-12345676", "warn", "awb.check_digit"),
    (check.check_postal_item, "RR473124820FR", "warn", "s10.check_digit"),
    (check.check_postal_item, "R473124829FR", "warn", "s10.shape"),
    (check.check_mode, "6", "error", "mode.unknown"),
    (check.check_mrn, "26ITQXC100000012J", "error", "mrn.shape"),
    (check.check_mrn, "26ZZQXC100000012J6", "error", "mrn.country"),
    (check.check_mrn, "29ITQXC100000012J6", "warn", "mrn.year"),
    (check.check_lrn, "L" * 23, "error", "lrn.length"),
    (check.check_ucr, "U" * 36, "error", "ucr.length"),
    (check.check_procedure, "40", "error", "procedure.shape"),
    (check.check_cus, "0010001", "error", "cus.shape"),
    (check.check_un_number, "120", "error", "un_number.shape"),
    (check.check_gtin, "4006381333932", "warn", "gtin.check_digit"),
    (check.check_gtin, "400638", "warn", "gtin.shape"),
    (check.check_vin, "WVWZZZ1JZ3W38675O", "warn", "vin.shape"),
    (check.check_country, "EL", "error", "country.mistaken"),
    (check.check_country, "UK", "error", "country.mistaken"),
    (check.check_country, "ZZ", "error", "country.unknown"),
    (check.check_country, "IT FR", "error", "country.unknown"),
    (check.check_countries, "VN ZZ IT", "error", "country.unknown"),
    (check.check_currency, "EURO", "error", "currency.unknown"),
    (check.check_currency, "HRK", "error", "currency.ended"),
    (check.check_office, "BRU000", "error", "office.shape"),
    (check.check_office, "ZZBRU000", "error", "country.unknown"),
    (check.check_location, "GOA", "error", "location.shape"),
    (check.check_location, "ZZGOA", "error", "country.unknown"),
    (check.check_date, "3 April", "error", "date.shape"),
    (check.check_date, "2026-02-30", "error", "date.impossible"),
    (check.check_date, "2026-24-12", "error", "date.swapped"),
    (check.check_date, "1926-04-03", "warn", "date.old"),
    (check.check_event_date, "2026-05-05", "warn", "date.ahead"),
    (check.check_event_date, "2026-13-35", "error", "date.impossible"),
    (check.check_mass, "much", "error", "number.shape"),
    (check.check_mass, "-5", "error", "number.negative"),
    (check.check_mass, "0", "warn", "number.zero"),
    (check.check_mass, "1.234", "warn", "number.ambiguous"),
    (check.check_mass, "1.2345678", "error", "number.length"),
    (check.check_amount, "1.234", "error", "number.length"),
    (check.check_weight, "101", "error", "weight.range"),
    (check.check_weight, "½", "error", "weight.range"),
    (check.check_text, "abc\u202edef", "error", "text.unseen"),
    (check.check_text, "abc\x07", "error", "text.unseen"),
    (check.check_title, "Ask anna.rossi@example.org", "warn", "title.personal"),
    (check.check_title, "Mr Smith sends pads", "warn", "title.personal"),
    (check.check_title, "one\ntwo", "error", "title.lines"),
    (check.check_hs, "8517 13 00", "error", "hs.shape"),
    (check.check_commodity, "8517 1", "error", "commodity.odd"),
]


@pytest.mark.parametrize(("rule", "value"), RIGHT, ids=[f"{named(rule)} {value}" for rule, value in RIGHT])
def test_a_right_value_is_not_remarked_upon(base: None, rule: Check, value: str) -> None:
    assert rule(value, TODAY) == []


@pytest.mark.parametrize(
    ("rule", "value", "severity", "code"), WRONG, ids=[f"{named(row[0])} {row[1]!a}" for row in WRONG]
)
def test_a_wrong_value_is_told(base: None, rule: Check, value: str, severity: str, code: str) -> None:
    findings = rule(value, TODAY)
    assert told(findings) == [(severity, code)]
    assert "{" not in str(findings[0].message)
    assert findings[0].is_error is (severity == "error")


@pytest.mark.parametrize("rule", list(dict.fromkeys(row[0] for row in RIGHT)))
def test_a_blank_value_is_the_business_of_the_form(db: None, rule: Check) -> None:
    assert rule("", TODAY) == []
    assert rule("  ", TODAY) == []


def test_the_check_digit_of_a_container_is_told() -> None:
    assert str(check.check_container("CSQU3054384")[0].message) == "The check digit of CSQU3054384 should be 3."


def test_a_currency_that_ended_is_told_with_its_day(base: None) -> None:
    assert str(check.check_currency("HRK", TODAY)[0].message) == "HRK ceased to be a currency on 31 December 2022."
    assert check.check_currency("HRK", date(2022, 6, 1)) == []
    assert told(check.check_currency("ZWG", date(2022, 6, 1))) == [("error", "currency.not_yet")]


def test_an_office_that_is_not_in_the_list_is_doubted_once_there_is_a_list(base: None) -> None:
    assert check.check_office("BEBRU000", TODAY) == []
    CustomsOffice.objects.create(code="BEANR216", country_id="BE", name="Antwerp", active_from=date(2019, 1, 1))
    assert told(check.check_office("BEBRU000", TODAY)) == [("warn", "office.unknown")]
    assert check.check_office("BEANR216", TODAY) == []
    assert told(check.check_office("BEANR216", date(2018, 1, 1))) == [("warn", "office.not_yet")]
    CustomsOffice.objects.update(valid_to=date(2025, 12, 31))
    assert told(check.check_office("BEANR216", TODAY)) == [("warn", "office.ended")]
    assert check.check_office("BEANR216", date(2025, 1, 1)) == []


def test_a_location_that_is_not_in_the_list_is_doubted_once_there_is_a_list(base: None) -> None:
    Location.objects.create(code="ITGOA", name="Genova", active_from=date(2021, 1, 1))
    assert check.check_location("ITGOA", TODAY) == []
    assert told(check.check_location("ITGEX", TODAY)) == [("warn", "location.unknown")]
    Location.objects.update(state="INVALID")
    assert told(check.check_location("ITGOA", TODAY)) == [("warn", "location.ended")]


def test_each_unknown_country_of_a_route_is_told(base: None) -> None:
    assert len(check.check_countries("VN ZZ QA YY", TODAY)) == 2


def test_a_period_does_not_end_before_it_begins() -> None:
    assert told(check.check_period("2026-05-04", "2026-05-03")) == [("error", "period.order")]
    assert check.check_period("2026-05-04", "2026-05-04") == []
    assert check.check_period("2026-05-04", "") == []


def test_the_net_mass_is_at_most_the_gross_mass() -> None:
    assert told(check.check_net_gross("1200,5", "1 200")) == [("error", "mass.net_gross")]
    assert check.check_net_gross("1200", "1200") == []
    assert check.check_net_gross("1200", "") == []


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1250.5", "1250.5"),
        ("1250,5", "1250.5"),
        ("1.250,5", "1250.5"),
        ("1,250.5", "1250.5"),
        ("1 250,5", "1250.5"),
        ("1'250.5", "1250.5"),
        ("1\u202f250,5", "1250.5"),
        ("1.250.000", "1250000"),
        ("-3", "-3"),
        ("1.25.000", None),
        ("1,250.000.5", None),
        ("12,34,5.6", None),
        ("5,", None),
        ("1e5", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_they_are_written_in_europe(written: str, number: str | None) -> None:
    assert check.read_number(written) == (None if number is None else Decimal(number))


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_number_is_the_same_in_each_way_of_writing_it(number: Decimal) -> None:
    english = f"{number:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert check.read_number(english) == check.read_number(german) == check.read_number(f"{number:.2f}") == number


@given(st.text())
def test_clean_text_is_always_accepted(text: str) -> None:
    cleaned = check.clean_text(text)
    assert check.check_text(cleaned, TODAY) == []
    assert check.clean_text(cleaned) == cleaned


@given(st.text(max_size=40))
def test_no_text_breaks_a_check_that_needs_no_list(text: str) -> None:
    rules = (check.check_container, check.check_imo, check.check_awb, check.check_postal_item, check.check_gtin)
    more = (check.check_vin, check.check_lei, check.check_mass, check.check_amount, check.check_date, check.check_title)
    for rule in (*rules, *more, check.check_cus, check.check_un_number, check.check_weight, check.check_procedure):
        assert all(str(finding.message) for finding in rule(text, TODAY))


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-5", "-5"), ("-5+A1", "'-5+A1"), ("text", "text"), ("", "")],
)
def test_an_exported_cell_is_never_a_formula(value: str, cell: str) -> None:
    assert check.safe_cell(value) == cell
