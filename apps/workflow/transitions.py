"""Actions: the only way to write a subject. A declaration says who may do what, when, and why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.utils.translation import gettext as _

from apps.audit.record import record
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.kernel.subjects import Subject
from apps.kernel.wall import behind_wall

S = TypeVar("S", bound=Subject)
P = ParamSpec("P")
Guard = Callable[[Any, Actor], Refusal | None]

#: Every declared action by register, in the order of declaration; offers, diagrams and tests read it.
DECLARED: dict[type[Subject], dict[str, "Action[Any, Any]"]] = {}


@dataclass(frozen=True)
class Action(Generic[S, P]):
    """One declared write. Calling it locks, checks, changes, stores the audience and records the event."""

    model: type[S]
    body: Callable[Concatenate[S, P], dict[str, Any]]
    needs: str
    sources: tuple[str, ...]
    target: str | None
    guards: tuple[Guard, ...]
    quiet: bool

    @property
    def name(self) -> str:
        """The verb, as in the address of its page and in its event."""
        return self.body.__name__

    @property
    def title(self) -> str:
        """The first sentence of its docstring, for the documentation."""
        return (self.body.__doc__ or "").strip().splitlines()[0]

    @property
    def event(self) -> str:
        """The kind of its event, such as rif.publish."""
        return f"{self.model._meta.model_name}.{self.name}"

    def refusal(self, subject: S, by: Actor) -> Refusal | None:
        """Why `by` may not do this to `subject` now; None when it may."""
        if not by.can(self.needs):
            return Refusal(_("Your role does not include this."), Kind.PERMISSION)
        for guard in self.guards:
            if refusal := guard(subject, by):
                return refusal
        status = str(getattr(subject, "status", ""))
        if self.sources and status not in self.sources:
            label = subject.get_status_display() if hasattr(subject, "get_status_display") else status
            return Refusal(_("Not possible while it is: %(state)s.") % {"state": label}, Kind.STATE)
        return None

    def __call__(self, subject: S, *args: P.args, **kwargs: P.kwargs) -> S:
        """Carry it out for `by` at the moment `at`, or raise `Refused` with nothing written."""
        by, at = cast(Actor, kwargs["by"]), cast(datetime, kwargs["at"])
        with behind_wall(by):
            locked = self.model._base_manager.select_for_update(of=("self",)).filter(pk=subject.pk).first()
            if locked is None:
                raise Refused(Refusal(_("This is no longer open to you."), Kind.PERMISSION))
            if refusal := self.refusal(locked, by):
                raise Refused(refusal)
            data = self.body(locked, *args, **kwargs)
            if self.target is not None:
                locked.status = self.target  # type: ignore[attr-defined]
            locked.audience = locked.current_audience()
            locked.save()
            if not self.quiet or data:
                record(self.event, locked, by=by, at=at, data=data)
        subject.__dict__.update(locked.__dict__)
        return subject


def transition(
    model: type[S], *, sources: list[str], target: str, needs: str, guards: tuple[Guard, ...] = ()
) -> Callable[[Callable[Concatenate[S, P], dict[str, Any]]], Action[S, P]]:
    """Declare an action that leads from one of `sources` to `target`."""
    return _declare(model, sources, target, needs, guards, quiet=False)


def change(
    model: type[S], *, needs: str, sources: list[str] | None = None, guards: tuple[Guard, ...] = (), quiet: bool = False
) -> Callable[[Callable[Concatenate[S, P], dict[str, Any]]], Action[S, P]]:
    """Declare an action that leaves the status as it is; a `quiet` one without data records no event."""
    return _declare(model, sources or [], None, needs, guards, quiet=quiet)


def _declare(
    model: type[S], sources: list[str], target: str | None, needs: str, guards: tuple[Guard, ...], *, quiet: bool
) -> Callable[[Callable[Concatenate[S, P], dict[str, Any]]], Action[S, P]]:
    def declare(body: Callable[Concatenate[S, P], dict[str, Any]]) -> Action[S, P]:
        action = Action(model, body, needs, tuple(map(str, sources)), target and str(target), guards, quiet)
        DECLARED.setdefault(model, {})[action.name] = action
        return action

    return declare


def create(subject: S, *, needs: str, by: Actor, at: datetime, data: dict[str, Any], name: str = "create") -> S:
    """Write a new subject with its audience and its first event, called `name`; refuses whoever may not."""
    if not by.can(needs):
        raise Refused(Refusal(_("Your role does not include this."), Kind.PERMISSION))
    with behind_wall(by, savepoint=False):
        subject.audience = subject.current_audience()
        subject.save(force_insert=True)
        record(f"{subject._meta.model_name}.{name}", subject, by=by, at=at, data=data)
    return subject


@dataclass(frozen=True)
class Offer:
    """An action as it is offered to one person: open, or with the reason why not."""

    name: str
    refusal: Refusal | None


def offers(subject: Subject, by: Actor) -> Iterator[Offer]:
    """Every action that the person's role knows for this subject."""
    for action in DECLARED.get(type(subject), {}).values():
        if by.can(action.needs):
            yield Offer(action.name, action.refusal(subject, by))
