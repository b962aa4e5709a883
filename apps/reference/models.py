"""Code lists as rows: countries, commodities, customs offices, locations, small lists and holidays."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.reference.querysets import Commodities, Dated, Places


def date_order(name: str, first: str = "valid_from", last: str = "valid_to") -> models.CheckConstraint:
    """The rule that a period does not end before it begins."""
    return models.CheckConstraint(condition=Q(**{last: None}) | Q(**{f"{last}__gte": F(first)}), name=name)


def shape(field: str, pattern: str, name: str) -> models.CheckConstraint:
    """The rule that a code has the shape the law gives it."""
    return models.CheckConstraint(condition=Q(**{f"{field}__regex": pattern}), name=name)


class CountryKind(models.TextChoices):
    """What a country is to the Union's customs security."""

    MEMBER_STATE = "MEMBER_STATE", _("Member State")
    SECURITY_AGREEMENT = "SECURITY_AGREEMENT", _("Security agreement with the Union")
    MRA_PARTNER = "MRA_PARTNER", _("Mutual recognition of authorised operators")
    OTHER = "OTHER", _("Other country or territory")


class Country(models.Model):
    """A country or territory under its customs code (GEONOM, ISO where they agree)."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=CountryKind, default=CountryKind.OTHER)
    vat_prefix = models.CharField(max_length=2, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    calendar = models.CharField(max_length=6, blank=True)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        constraints = [
            shape("code", r"^[A-Z]{2}$", "country_code_shape"),
            shape("vat_prefix", r"^([A-Z]{2})?$", "country_vat_prefix_shape"),
            models.CheckConstraint(condition=Q(kind__in=CountryKind.values), name="country_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    """How far a code divides the nomenclature."""

    HS2 = "HS2", _("HS chapter")
    HS4 = "HS4", _("HS heading")
    HS6 = "HS6", _("HS subheading")
    CN8 = "CN8", _("Combined Nomenclature")
    TARIC10 = "TARIC10", _("TARIC")

    @property
    def digits(self) -> int:
        """The number of digits of a code on this level."""
        return {"HS2": 2, "HS4": 4, "HS6": 6, "CN8": 8, "TARIC10": 10}[self.value]

    @classmethod
    def of(cls, code: str) -> "Level":
        """The level of a code by its length; a code of another length is a KeyError."""
        return {level.digits: level for level in cls}[len(code)]


class Commodity(models.Model):
    """A code of the nomenclature during one period of validity; `text` explains itself without parents."""

    code = models.CharField(max_length=10)
    level = models.CharField(max_length=7, choices=Level)
    name = models.TextField()
    text = models.TextField()
    supplementary_unit = models.CharField(max_length=16, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = Commodities.as_manager()

    class Meta:
        verbose_name = _("commodity code")
        verbose_name_plural = _("commodity codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(Q(level=level, code__regex=rf"^[0-9]{{{level.digits}}}$") for level in Level),
                    _connector=Q.OR,
                ),
                name="commodity_code_fits_level",
            ),
            date_order("commodity_dates_in_order"),
            models.UniqueConstraint(fields=["code", "valid_from"], name="commodity_one_start"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="commodity_one_open_period"),
        ]

    def __str__(self) -> str:
        return f"{self.spaced} {self.text}"

    @property
    def spaced(self) -> str:
        """The code as printed in the Official Journal: 8517 13 00."""
        return spaced(self.code)

    def covers(self, day: date) -> bool:
        """Whether the code is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def spaced(code: str) -> str:
    """A commodity code with the spaces of the Official Journal: four digits, then pairs."""
    return " ".join(part for part in (code[:4], code[4:6], code[6:8], code[8:10]) if part)


class Edition(models.Model):
    """A yearly edition of a nomenclature that was loaded in full, so that absence from it means something."""

    nomenclature = models.CharField(max_length=8, default="CN")
    year = models.PositiveSmallIntegerField()
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [models.UniqueConstraint(fields=["nomenclature", "year"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.nomenclature} {self.year}"


class PlaceState(models.TextChoices):
    """Whether a place in a list may still be used."""

    VALID = "VALID", _("in use")
    INVALID = "INVALID", _("no longer in use")


class CustomsOffice(models.Model):
    """A customs office under its eight-character identifier, such as BEANR216."""

    code = models.CharField(max_length=8, unique=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="offices")
    name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    active_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=PlaceState, default=PlaceState.VALID)

    objects = Places["CustomsOffice"].as_manager()

    class Meta:
        verbose_name = _("customs office")
        verbose_name_plural = _("customs offices")
        constraints = [
            shape("code", r"^[A-Z]{2}[A-Z0-9]{6}$", "customsoffice_code_shape"),
            models.CheckConstraint(
                condition=Q(code__startswith=F("country_id")), name="customsoffice_code_begins_with_country"
            ),
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="customsoffice_state_known"),
            date_order("customsoffice_dates_in_order", first="active_from"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Location(models.Model):
    """A place under its UN/LOCODE, such as ITGOA."""

    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=120)
    active_from = models.DateField()
    state = models.CharField(max_length=8, choices=PlaceState, default=PlaceState.VALID)

    objects = Places["Location"].as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            shape("code", r"^[A-Z]{2}[A-Z2-9]{3}$", "location_code_shape"),
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="location_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CodeList(models.Model):
    """A short list of codes that the customs data model prescribes."""

    name = models.SlugField(max_length=40, primary_key=True)
    title = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("code list")
        verbose_name_plural = _("code lists")

    def __str__(self) -> str:
        return self.title


class Code(models.Model):
    """One code of a list during one period of validity."""

    list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = Dated["Code"].as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = [
            date_order("code_dates_in_order"),
            models.UniqueConstraint(fields=["list", "code", "valid_from"], name="code_one_start"),
            models.UniqueConstraint(fields=["list", "code"], condition=Q(valid_to=None), name="code_one_open_period"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class DayKind(models.TextChoices):
    """What a row of a calendar says about its day."""

    HOLIDAY = "HOLIDAY", _("public holiday")
    WORKING_DAY = "WORKING_DAY", _("working day, although usually a holiday")


class Holiday(models.Model):
    """A day that an administration's calendar adds to, or takes out of, the published public holidays."""

    calendar = models.CharField(max_length=6)
    date = models.DateField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=DayKind, default=DayKind.HOLIDAY)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "date"], name="holiday_once_a_calendar"),
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="holiday_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} {self.date} {self.name}"
