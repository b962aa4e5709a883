"""Whether a commodity code was in the nomenclature on the day of the event."""

from collections.abc import Callable
from datetime import date

from apps.reference.models import Commodity
from apps.reference.report import Report
from apps.reference.validators import Finding, check_commodity, check_hs

Load = Callable[..., Report]
IN_2026 = date(2026, 5, 4)


def only(findings: list[Finding]) -> tuple[str, str]:
    """Severity and sentence of the one finding."""
    (finding,) = findings
    return finding.severity, str(finding.message)


def test_a_code_that_ended_is_told_with_the_day(hs: None) -> None:
    assert only(check_commodity("8517 12 00", IN_2026)) == ("error", "CN 8517 12 00 ended on 31 December 2021.")
    assert only(check_hs("851712", IN_2026)) == ("error", "HS 8517 12 ended on 31 December 2021.")


def test_a_code_that_ended_later_was_right_before(hs: None) -> None:
    assert check_commodity("8517 12 00", date(2021, 12, 31)) == []
    assert check_hs("8517", IN_2026) == []


def test_spaces_and_dots_do_no_harm(hs: None) -> None:
    assert check_commodity("8517.13", IN_2026) == []
    assert check_hs("8708 95", IN_2026) == []
    assert check_hs(" ", IN_2026) == check_commodity("", IN_2026) == []


def test_a_code_missing_in_the_next_edition_is_told_with_the_day(edition: Load) -> None:
    edition(2025, "85013300", "85171300")
    edition(2026, "85171300")
    assert only(check_commodity("85013300", IN_2026)) == ("error", "CN 8501 33 00 ended on 31 December 2025.")
    assert check_commodity("85013300", date(2025, 5, 4)) == []
    assert check_commodity("85171300", IN_2026) == []


def test_a_code_that_the_edition_of_the_year_does_not_hold_is_told_with_the_year(edition: Load) -> None:
    edition(2026, "85171300")
    expected = ("error", "CN 8517 13 99 is not in the nomenclature of 2026.")
    assert only(check_commodity("85171399", IN_2026)) == expected
    assert only(check_commodity("85171399")) == expected


def test_without_the_edition_of_the_year_only_the_hs_part_is_judged(edition: Load) -> None:
    severity, sentence = only(check_commodity("85171300", IN_2026))
    assert severity == "warn"
    assert "could not be checked beyond HS 8517 13" in sentence
    assert only(check_commodity("85174400", IN_2026)) == ("error", "HS 8517 44 is not in the Harmonized System.")
    edition(2025, "85171300")
    assert only(check_commodity("85171399", IN_2026))[0] == "warn"


def test_a_code_of_a_later_edition_is_unknown_before(edition: Load) -> None:
    edition(2025, "85171300")
    edition(2026, "85171300", "85171399")
    expected = ("error", "CN 8517 13 99 is not in the nomenclature of 2025.")
    assert only(check_commodity("85171399", date(2025, 5, 4))) == expected


def test_before_the_harmonized_system_that_is_loaded_nothing_is_asserted(hs: None) -> None:
    severity, sentence = only(check_commodity("851713", date(2019, 5, 4)))
    assert severity == "warn"
    assert "not loaded" in sentence


def test_a_lost_leading_zero_is_guessed(hs: None) -> None:
    assert only(check_commodity("1012100", IN_2026)) == (
        "error",
        "1012100 has 7 digits; if a leading zero was lost, write 0101 21 00.",
    )


def test_a_code_with_letters_or_of_another_length_is_refused(hs: None) -> None:
    for value in ("8517I300", "85171300900", "8"):
        assert check_commodity(value, IN_2026)[0].code == "commodity.shape"


def test_a_heading_is_right_but_broad(hs: None) -> None:
    assert [finding.code for finding in check_commodity("8517", IN_2026)] == ["commodity.broad"]


def test_taric_digits_are_judged_by_their_own_list(edition: Load) -> None:
    edition(2026, "85171300")
    assert check_commodity("8517130000", IN_2026) == []
    assert [finding.code for finding in check_commodity("8517130010", IN_2026)] == ["taric.unchecked"]
    Commodity.objects.create(
        code="8517130010", level="TARIC10", name="Other", text="Smartphones", valid_from=date(2026, 1, 1)
    )
    assert check_commodity("8517130010", IN_2026) == []
    assert only(check_commodity("8517139910", IN_2026))[0] == "error"
