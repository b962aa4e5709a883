"""The forms of requests. They check shape; actions check rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import Day
from apps.inquiries.models import Inquiry, Purpose, Verdict
from apps.organisations.models import Kind, Organisation, Unit
from apps.rifs.forms import Words

LONGEST = 10_000
AREA = {"rows": 6}


class Named(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has no such parameter at run time
    """Organisations by code and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Such as "IT – Italy"."""
        return f"{obj.code} – {obj.name}"


def _units() -> Iterable[tuple[str, Any]]:
    """Every unit under its organisation."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in Unit.objects.select_related("organisation").order_by("organisation__code", "code"):
        name = f"{unit.organisation.code} – {unit.organisation.name}"
        groups.setdefault(name, []).append((f"{unit.organisation.code}/{unit.code}", unit.name))
    return [("", _("the whole organisation")), *groups.items()]


class Ask(Words):
    """A new request or message."""

    purpose = forms.ChoiceField(label=_("Kind"), choices=Purpose.choices)
    rif = forms.CharField(
        label=_("About the RIF"), required=False, max_length=30,
        help_text=_("A reference such as RIF/IT/2026/012345. Both you and the addressee must be able to read it."),
    )  # fmt: skip
    agency = Named(
        label=_("Agency or authority"), queryset=Organisation.objects.none(), to_field_name="code", required=False,
        empty_label=_("none"), help_text=_("Only for consent: with whom the RIF is to be shared."),
    )  # fmt: skip
    addressee = Named(
        label=_("To"), queryset=Organisation.objects.none(), to_field_name="code", empty_label=_("Choose")
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=_units, required=False)
    person = forms.EmailField(
        label=_("Person"), required=False, help_text=_("The e-mail address of somebody of the addressee.")
    )
    title = forms.CharField(label=_("Subject"), max_length=140)
    text = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}), max_length=LONGEST,
        help_text=_("Everybody of the two organisations who deals with requests can read it."),
    )  # fmt: skip
    due_on = forms.DateField(
        label=_("Answer by"), widget=Day, required=False,
        help_text=_("Left empty: five working days in the calendar of the addressee."),
    )  # fmt: skip

    def __init__(self, *args: Any, asker: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.exclude(kind=Kind.OPERATOR).exclude(pk=asker).order_by("code")
        agencies = others.filter(kind__in=[Kind.AGENCY, Kind.PARTNER_AUTHORITY])
        self.fields["addressee"].queryset = others  # type: ignore[attr-defined]
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]

    def clean_unit(self) -> Unit | None:
        """The unit behind a code such as IT/CRU."""
        organisation, _slash, code = self.cleaned_data["unit"].partition("/")
        return Unit.objects.filter(organisation__code=organisation, code=code).first()


class Answer(Words):
    """The answer of the organisation."""

    text = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs=AREA), max_length=LONGEST)


class AnswerConsent(Words):
    """Yes or no, with the reason."""

    verdict = forms.ChoiceField(label=_("May it be shared?"), choices=Verdict.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs=AREA), max_length=LONGEST)


class Reply(Words):
    """A message that leaves the request open."""

    text = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST)


class Withdraw(Words):
    """Why nobody is asked any more."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"), widget=forms.Textarea(attrs=AREA), max_length=4_000,
        help_text=_("The addressee will read this."),
    )  # fmt: skip


class Confirm(Words):
    """Nothing but a yes."""


def form_of(name: str, inquiry: Inquiry) -> type[Words]:
    """The form of an action on this request."""
    if name == "answer" and inquiry.purpose == Purpose.CONSENT:
        return AnswerConsent
    return {"answer": Answer, "reply": Reply, "withdraw": Withdraw}.get(name, Confirm)
