"""What the API remembers of calls, so that a call that is sent again is not carried out again."""

from typing import ClassVar

from django.db import models


class Call(models.Model):
    """A call that was carried out under an idempotency key. It holds no content, only what it was about."""

    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    reference = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["caller", "key"], name="call_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="call_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
