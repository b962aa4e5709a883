"""A finding about one value, and the few words that all checks share."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Finding:
    """What is wrong (`error`) or doubtful (`warn`), the sentence for the officer, and a code for machines."""

    severity: Severity
    message: str | Promise
    code: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the value cannot stand as it is."""
        return self.severity == "error"


def error(code: str, message: str | Promise, /, **facts: object) -> list[Finding]:
    """One finding that keeps the value from being accepted."""
    return [Finding("error", filled(message, **facts), code)]


def warn(code: str, message: str | Promise, /, **facts: object) -> list[Finding]:
    """One finding that only tells."""
    return [Finding("warn", filled(message, **facts), code)]


def filled(message: Any, /, **facts: object) -> str | Promise:
    """A sentence with its facts, put together only when it is shown, in the reader's language."""
    return format_lazy(message, **facts) if facts else message


def compact(value: str) -> str:
    """A value as it is compared: upper case, without spaces."""
    return "".join(value.split()).upper()


def fits(pattern: str, value: str) -> bool:
    """Whether the whole value has the shape; only ASCII letters and digits count as such."""
    return re.fullmatch(pattern, value, re.ASCII) is not None


def _long_date(day: date) -> str:
    """A day as in "31 December 2021"."""
    return date_format(day, "j F Y")


#: A day in words, in the language of the reader.
long_date = lazy(_long_date, str)
