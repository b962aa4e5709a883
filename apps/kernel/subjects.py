"""Subjects: what a register holds. Who may read one is computed once and stored with it."""

from typing import Any, ClassVar, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.http import Http404

from apps.kernel.actor import OVERSIGHT_READER, SYSTEM_READER, Actor

S = TypeVar("S", bound="Subject")


class SubjectQuerySet(models.QuerySet[S]):
    """The rows of a register; `visible_to` is written here and nowhere else."""

    def visible_to(self, actor: Actor | None) -> Self:
        """What the actor may read: the role knows the register, and the audience names the actor."""
        if actor is None or not actor.audiences or not actor.can(self.model.read):
            return self.none()
        return self.filter(audience__overlap=sorted(actor.audiences))

    def visible_or_404(self, actor: Actor | None, **lookup: Any) -> S:
        """One row that the actor may read; otherwise the answer is the same as for one that never was."""
        row = self.visible_to(actor).filter(**lookup).first()
        if row is None:
            raise Http404
        return row


class Subject(models.Model):
    """A row of a register with its audience: the organisations that may read it now."""

    #: The permission that lets a role read this register at all.
    read: ClassVar[str]

    #: Kinds of event after which neither the audience nor the words can have changed.
    unsearched: ClassVar[frozenset[str]] = frozenset()

    audience = ArrayField(models.IntegerField(), default=list, editable=False)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [GinIndex(fields=["audience"], name="%(class)s_audience", fastupdate=False)]

    def get_absolute_url(self) -> str:
        """The page of this subject."""
        raise TypeError(f"{type(self).__name__} has no page.")

    @classmethod
    def kind(cls) -> str:
        """The register's name in events, search and notices, such as rifs.rif."""
        return cls._meta.label_lower

    def readers(self) -> set[int]:
        """The organisations that may read this now."""
        raise TypeError(f"{type(self).__name__} does not say who may read it.")

    def is_private(self) -> bool:
        """Whether only its own organisation knows of it, so that not even overseers read it."""
        return False

    def current_audience(self) -> list[int]:
        """What the stored audience must be: the readers and the reserved readers."""
        reserved = {SYSTEM_READER} if self.is_private() else {SYSTEM_READER, OVERSIGHT_READER}
        return sorted(self.readers() | reserved)

    def refresh_audience(self) -> bool:
        """Store the audience anew; tells whether it had drifted."""
        wanted = self.current_audience()
        if wanted == self.audience:
            return False
        self.audience = wanted
        self.save(update_fields=["audience"])
        return True

    def search_words(self) -> tuple[str, str, list[str]]:
        """Title, text and exact identifiers by which this is found."""
        raise TypeError(f"{type(self).__name__} does not say how it is found.")


def registers() -> list[type[Subject]]:
    """Every register of the portal."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Subject)]
