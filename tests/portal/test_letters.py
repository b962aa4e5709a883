"""The requests of the demonstration follow their order whenever the world is built."""

from datetime import UTC, datetime, timedelta

from portal.demo.letters import LETTERS, moments
from portal.demo.plot import last_working_time, lottery


def test_answer_and_end_follow_a_request_in_order_at_every_hour_of_the_week() -> None:
    start = datetime(2026, 11, 23, 0, 7, tzinfo=UTC)
    for hour in range(24 * 7):
        until = start + timedelta(hours=hour)
        for letter in LETTERS:
            asked = last_working_time(until - timedelta(hours=letter.ago), lottery(letter.title))
            soon, later, last = moments(letter, asked, until)
            assert asked < soon <= later <= last
            assert all(at.astimezone(UTC) <= until or not letter.answer for at in (soon, later, last)), letter.title


def test_titles_name_each_letter_once() -> None:
    assert len({letter.title for letter in LETTERS}) == len(LETTERS) >= 12
