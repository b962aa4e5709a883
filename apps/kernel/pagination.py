"""Keyset pages: a deep page costs what the first one costs, and no row is shown twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import GreaterThan, LessThan

T = TypeVar("T", bound=models.Model)


class Row(Func):
    """An SQL row value, compared column by column with the index in one probe."""

    function = "ROW"
    output_field = models.TextField()

    def get_group_by_cols(self) -> list[Any]:
        """A row value never groups."""
        return []


class Keep(Value):
    """A value that is sent as it is; `Row` gives its parts no common type."""

    def get_db_prep_value(self, value: Any) -> Any:
        """The value itself."""
        return value


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows and the cursor of the next, empty at the end."""

    rows: list[T]
    next: str
    first: bool


def keyset(
    rows: "models.QuerySet[T]", *, order: Sequence[str], size: int, after: str = "", descending: bool = False
) -> Page[T]:
    """The `size` rows that follow the cursor `after` in `order` (columns, the last one unique).

    A cursor that was damaged or belongs to another order starts again at the first page.
    """
    signs = [f"-{name}" for name in order] if descending else list(order)
    values = _open(after, order)
    if values:
        compare = LessThan if descending else GreaterThan
        here = Row(*[F(name) for name in order])
        rows = rows.filter(compare(here, Row(*[Value(value) for value in values])))
    found = list(rows.order_by(*signs)[: size + 1])
    more = found[size:]
    return Page(found[:size], _seal(found[size - 1], order) if more else "", not values)


def _seal(row: models.Model, order: Sequence[str]) -> str:
    values = []
    for name in order:
        value: Any = row
        for step in name.split("__"):
            value = getattr(value, step)
        values.append({"t": value.isoformat()} if isinstance(value, datetime) else value)
    return signing.Signer(salt="page").sign_object([list(order), values])


def _open(cursor: str, order: Sequence[str]) -> list[Any]:
    if not cursor:
        return []
    try:
        names, values = signing.Signer(salt="page").unsign_object(cursor)
    except (signing.BadSignature, json.JSONDecodeError, ValueError):
        return []
    if names != list(order):
        return []
    return [datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in values]
