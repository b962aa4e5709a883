"""People, what they may do where and until when, and the keys of national systems."""

import hashlib
import secrets
from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q

from apps.organisations.models import Organisation, Unit


class UserManager(BaseUserManager["User"]):
    """People are found by their e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person who can sign in; without a password, only by passkey or the organisation's login."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        """The person with this address."""
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser):
    """A person. What they may do stands in their memberships."""

    class MailRhythm(models.TextChoices):
        """When a person is told by mail."""

        AT_ONCE = "AT_ONCE", "At once"
        URGENT_ONLY = "URGENT_ONLY", "Only what is flash or urgent"
        NEVER = "NEVER", "Never"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    mail_rhythm = models.CharField(max_length=12, choices=MailRhythm, default=MailRhythm.URGENT_ONLY)
    single_keys = models.BooleanField(default=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name


class DateRange(Func):
    """The days of a membership, both ends included."""

    function = "daterange"
    output_field = DateRangeField()


class OneNumber(Func):
    """A number as a range of itself: ranges can be excluded without any database extension."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"
    output_field = BigIntegerRangeField()


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by date."""

    def in_force(self, on: date) -> "MembershipQuerySet":
        """Those that count on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Membership(models.Model):
    """What one person may do in one organisation, from one day to another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    roles = ArrayField(models.CharField(max_length=30))
    mandates = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    approved_by = models.CharField(max_length=200)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="membership_dates_in_order"
            ),
            models.CheckConstraint(condition=~Q(roles=[]), name="membership_has_role"),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    (OneNumber("user"), RangeOperators.EQUAL),
                    (OneNumber("organisation"), RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"


class ApiKey(models.Model):
    """A key by which a national system speaks for its organisation. Only its hash is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=30))
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_key_dates_in_order"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="api_key_has_scope"),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_secret() -> tuple[str, str]:
        """A prefix by which the key is found and the secret part, 256 bits of chance."""
        return secrets.token_hex(6), secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        """What is kept of a secret. It is chance itself, so a fast hash is enough."""
        return hashlib.sha256(secret.encode()).hexdigest()


class ParkedForm(models.Model):
    """What somebody had typed when their session ended, encrypted, kept for an hour for that person's return."""

    token = models.CharField(max_length=64, primary_key=True)
    path = models.CharField(max_length=300)
    content = models.BinaryField()
    parked_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["parked_at"], name="parkedform_age")]

    def __str__(self) -> str:
        return self.path
