"""Who takes part: administrations, Commission services, agencies, partner authorities, operators."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an organisation is; it decides what can be addressed to it."""

    MEMBER_STATE = "MEMBER_STATE", _("Customs of a Member State")
    ASSOCIATED = "ASSOCIATED", _("Customs under a security agreement")
    COMMISSION = "COMMISSION", _("Commission service")
    AGENCY = "AGENCY", _("Agency")
    PARTNER_AUTHORITY = "PARTNER_AUTHORITY", _("Partner authority")
    OPERATOR = "OPERATOR", _("Economic operator")


class PolicyArea(models.IntegerChoices):
    """The eleven policy areas of the 2020 survey (SWD(2021) 2, section 2.5.1)."""

    LAW_ENFORCEMENT = 1, _("Other law enforcement, including intelligence")
    INTELLECTUAL_PROPERTY = 2, _("Intellectual property rights")
    TRANSPORT = 3, _("Transport (maritime and aviation security)")
    ANIMAL_FOOD_PLANT = 4, _("Animal, food, feed and plant health and safety")
    PRODUCT_SAFETY = 5, _("Product safety and compliance")
    HEALTH = 6, _("Health protection")
    ENVIRONMENT = 7, _("Environment")
    TAX = 8, _("Tax")
    NON_PROLIFERATION = 9, _("Non-proliferation and conventional weapons")
    CULTURAL_GOODS = 10, _("Cultural goods")
    BORDER_GUARDS = 11, _("Interagency cooperation with border guards")


class Nature(models.TextChoices):
    """The nature of a risk (domain 3.2); it decides what an agreement with a third country covers."""

    SECURITY_SAFETY = "SECURITY_SAFETY", _("Security and safety")
    FINANCIAL = "FINANCIAL", _("Financial")
    BOTH = "BOTH", _("Security and safety, and financial")


class Organisation(models.Model):
    """One participant. Its number is what audiences are made of."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    country = models.CharField(max_length=2, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    timezone = models.CharField(max_length=40, default="Europe/Brussels")
    policy_areas = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    email_domains = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    contact_point = models.EmailField(blank=True)
    eori = models.CharField(max_length=17, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(kind="OPERATOR") | ~Q(eori=""), name="organisation_operator_has_eori"),
            models.UniqueConstraint(fields=["eori"], condition=~Q(eori=""), name="organisation_eori_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_official(self) -> bool:
        """Whether its people are officials, who must sign in with two factors."""
        return self.kind != Kind.OPERATOR


class Unit(models.Model):
    """A part of an organisation: a risk unit, a customs office, a laboratory."""

    class Kind(models.TextChoices):
        """Kinds of unit (domain 3.1)."""

        CENTRAL_RISK = "CENTRAL_RISK", _("Central risk unit")
        ANALYSIS_CENTRE = "ANALYSIS_CENTRE", _("National risk analysis centre")
        OFFICE = "OFFICE", _("Customs office")
        MOBILE = "MOBILE", _("Mobile unit")
        AEO = "AEO", _("AEO unit")
        AUDIT = "AUDIT", _("Post-clearance audit")
        LABORATORY = "LABORATORY", _("Laboratory")
        CCU = "CCU", _("Central coordinating unit (Naples II)")
        ELO = "ELO", _("Excise liaison office")
        CLO = "CLO", _("Central liaison office (VAT)")
        LIAISON = "LIAISON", _("Liaison")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    customs_office = models.CharField(max_length=8, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "code"], name="unit_code_once"),
            models.CheckConstraint(
                condition=Q(customs_office="") | Q(customs_office__regex=r"^[A-Z]{2}[A-Z0-9]{6}$"),
                name="unit_office_an8",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements by date."""

    def in_force(self, on: date) -> "AgreementQuerySet":
        """Those that give access on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Agreement(models.Model):
    """What lets a third country's customs take part: its scope by nature of risk, and its dates."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=300)
    natures = ArrayField(models.CharField(max_length=20, choices=Nature))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="agreement_dates_in_order"
            ),
            models.CheckConstraint(condition=~Q(natures=[]), name="agreement_has_scope"),
        ]

    def __str__(self) -> str:
        return self.title

    def covers(self, nature: str) -> bool:
        """Whether a risk of this nature may be shared under the agreement."""
        return nature in self.natures
