"""How reference rows are found: those valid on a day, those that match what an officer types."""

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from apps.reference.models import Commodity

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class Dated(models.QuerySet[Row_co]):
    """Rows with `valid_from` and an open or last day `valid_to`."""

    def valid_on(self, day: date) -> Self:
        """Those in force on `day`, first and last day included."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Commodities(Dated["Commodity"]):
    """Codes of the nomenclature."""

    def matching(self, typed: str) -> Self:
        """Those whose code begins with the digits typed, or whose text holds every word typed."""
        digits = "".join(typed.split())
        if digits.isdecimal():
            return self.filter(code__startswith=digits)
        found = self
        for word in typed.split():
            found = found.filter(text__icontains=word)
        return found

    def nearest(self, code: str, day: date) -> "Commodity | None":
        """The row of `code` on `day`, or of the longest beginning of it that is in force."""
        beginnings = [code[:length] for length in range(2, len(code) + 1, 2)]
        return self.valid_on(day).filter(code__in=beginnings).order_by("-code").first()


class Places(models.QuerySet[Row_co]):
    """Places with a code and a name."""

    def matching(self, typed: str) -> Self:
        """Those whose code begins with, or whose name holds, what was typed."""
        words = typed.strip()
        return self.filter(Q(code__startswith=words.upper()) | Q(name__icontains=words))
