"""The small forms of the actions that ask for a word. They check shape; actions check rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.refusals import Refused
from apps.rifs import choices
from apps.rifs.channels import BASES, CHANNELS
from apps.rifs.legal_basis import QUESTIONS
from apps.rifs.models import Assessment, Implemented, Measure, Result

DAY = forms.DateInput(attrs={"type": "date"})
#: The anchors of the survey of 2020 (domain 4.3).
USEFULNESS = [
    ("1", _("1 – not at all")),
    ("2", _("2 – to a limited extent")),
    ("3", _("3 – to some extent")),
    ("4", _("4 – to a great extent")),
]


class Words(forms.Form):
    """A form that shows a refusal at the field it names."""

    def refuse(self, no: Refused) -> None:
        """Show why not."""
        for refusal in no.refusals:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.reason))


class Close(Words):
    """What came of the exchange."""

    outcome = forms.CharField(label=_("What came of it"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4_000)


class Cancel(Words):
    """Why a RIF no longer holds."""

    reason = forms.CharField(
        label=_("Why it is cancelled"),
        help_text=_("Every administration that received it will read this."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4_000,
    )


class SendBack(Words):
    """What the author should change."""

    reason = forms.CharField(
        label=_("What should be changed"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4_000
    )


class Recall(Words):
    """Why a RIF is taken back in its first minutes."""

    reason = forms.CharField(
        label=_("Why it is recalled"),
        help_text=_("Only your own administration will read this. The addressees no longer see the RIF."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4_000,
    )


class Assess(Words):
    """What a RIF means for the administration that received it."""

    assessment = forms.ChoiceField(label=_("Our assessment"), choices=Assessment.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), help_text=_("Needed where it is not relevant; the issuer reads it."), required=False,
        widget=forms.Textarea(attrs={"rows": 3}), max_length=4_000,
    )  # fmt: skip
    duplicate_of = forms.CharField(
        label=_("Reference of the RIF that it repeats"), required=False, max_length=30,
        help_text=_("Such as RIF/IT/2026/123456; only for a duplicate."),
    )  # fmt: skip
    known_here = forms.BooleanField(
        label=_("We have seen this here too"), required=False,
        help_text=_("Others learn only how many administrations said so, and only from three on."),
    )  # fmt: skip


class Measures(Words):
    """What the administration did about it."""

    measures = forms.MultipleChoiceField(
        label=_("What we did"), choices=Measure.choices, widget=forms.CheckboxSelectMultiple
    )
    profile = forms.CharField(label=_("Number of the national profile"), required=False, max_length=60)


class GiveFeedback(Words):
    """What risk analysis and controls have shown; one choice is enough for the common case."""

    result = forms.ChoiceField(label=_("Result of controls"), choices=Result.choices, widget=forms.RadioSelect)
    controls = forms.IntegerField(label=_("Consignments controlled"), required=False, min_value=0)
    irregularities = forms.IntegerField(label=_("Irregularities found"), required=False, min_value=0)
    comment = forms.CharField(
        label=_("What others should know"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=4_000
    )
    implemented = forms.ChoiceField(
        label=_("Taken into a national profile?"), required=False, choices=[("", _("Choose…")), *Implemented.choices]
    )
    profile = forms.CharField(label=_("Number of the national profile"), required=False, max_length=60)
    profile_from = forms.DateField(label=_("Profile from"), required=False, widget=DAY)
    profile_to = forms.DateField(label=_("Profile until"), required=False, widget=DAY)
    hits = forms.IntegerField(label=_("Automated hits"), required=False, min_value=0)
    hits_assessed = forms.IntegerField(label=_("Hits after assessment"), required=False, min_value=0)
    quantity = forms.CharField(label=_("Quantity seized or detained"), required=False, max_length=140)
    duties = forms.DecimalField(
        label=_("Duty and VAT at stake, in euro"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    extend = forms.TypedChoiceField(
        label=_("Should the RIF be extended?"), required=False, empty_value=None, coerce=lambda value: value == "YES",
        choices=[("", _("Choose…")), ("YES", _("Yes")), ("NO", _("No"))],
    )  # fmt: skip
    usefulness = forms.TypedChoiceField(
        label=_("How useful was it?"), required=False, empty_value=None, coerce=int,
        choices=[("", _("Choose…")), *USEFULNESS],
    )  # fmt: skip
    final = forms.BooleanField(
        label=_("This is our final report"), required=False, help_text=_("It closes the RIF for your administration.")
    )

    MORE = ("implemented", "profile", "profile_from", "profile_to", "hits", "hits_assessed", "quantity", "duties",
            "extend", "usefulness")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in choices.CONTROLS:
            self.fields[f"controls_{kind}"] = forms.IntegerField(label=label, required=False, min_value=0)
        for kind, label in choices.IRREGULARITIES:
            self.fields[f"irregularities_{kind}"] = forms.IntegerField(label=label, required=False, min_value=0)

    def facts(self) -> dict[str, Any]:
        """The report in the shape of the action."""
        data = {name: value for name, value in self.cleaned_data.items() if "_" not in name or name in self.base_fields}
        data |= {name: data[name] or 0 for name in ("controls", "irregularities")}
        data["by_type"] = {
            name: {
                key.removeprefix(f"{name}_"): number
                for key, number in self.cleaned_data.items()
                if key.startswith(f"{name}_") and number
            }
            for name in ("controls", "irregularities")
        }
        return data

    def more(self) -> list[Any]:
        """The fields that few need."""
        return [self[name] for name in self.MORE]

    def by_type(self) -> dict[str, list[Any]]:
        """The counts by type of control and of irregularity."""
        return {
            kind: [self[name] for name in self.fields if name.startswith(f"{kind}_")]
            for kind in ("controls", "irregularities")
        }

    def opened(self) -> bool:
        """Whether something is wrong or filled in among what is folded away."""
        hidden = [*self.MORE, *(name for name in self.fields if name.startswith(("controls_", "irregularities_")))]
        return any(self.errors.get(name) or self.data.get(name) for name in hidden)


class Snooze(Words):
    """Until when a person puts a RIF off."""

    until = forms.DateTimeField(
        label=_("Until"),
        help_text=_("At most 14 days, and never beyond the target. It comes back by itself."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class Confirm(Words):
    """Nothing but a yes."""


class KeepTemplate(Words):
    """The name of a template."""

    name = forms.CharField(
        label=_("Name of the template"), max_length=60,
        help_text=_("Everybody of your administration who drafts RIFs can begin with it. Dates are left out."),
    )  # fmt: skip


class ReportElsewhere(Words):
    """Where a RIF was reported already."""

    channel = forms.ChoiceField(label=_("Channel"))
    basis = forms.ChoiceField(label=_("Legal basis"))
    reference = forms.CharField(label=_("Reference there"), max_length=60)
    reported_on = forms.DateField(label=_("Day of the report"), widget=DAY)
    from_draft = forms.BooleanField(label=_("The draft text of this page was sent"), required=False)
    anyway = forms.BooleanField(label=_("Note it all the same"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("channel", CHANNELS), ("basis", BASES)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("Choose…")), *((code, row.title) for code, row in rows.items())]

    def facts(self) -> dict[str, Any]:
        """The report in the shape of the action."""
        return {name: value for name, value in self.cleaned_data.items() if name != "anyway"}


class Guide(Words):
    """The four questions of the legal-basis guide."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "purpose": _("What is it for?"),
            "subject": _("What is it about?"),
            "counterpart": _("With whom?"),
            "manner": _("How did it come about?"),
        }
        for name, options in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=labels[name], choices=list(options.items()), widget=forms.RadioSelect
            )
