"""Forms of the local user administrator. They check shape; actions check rules."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import SCOPES
from apps.accounts.matrix import roles_for
from apps.kernel.refusals import Refused
from apps.organisations.models import PolicyArea


class Day(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Admit(forms.Form):
    """A new member of the own organisation."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=200)
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)
    mandates = forms.TypedMultipleChoiceField(
        label=_("Policy areas"), help_text=_("None chosen means all."), coerce=int, required=False,
        choices=PolicyArea.choices, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    valid_from = forms.DateField(label=_("From"), widget=Day, initial=timezone.localdate)
    valid_to = forms.DateField(label=_("Until"), widget=Day, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = roles_for(kind)  # type: ignore[attr-defined]

    def refuse(self, no: Refused) -> None:
        """Show why not, at the field."""
        for refusal in no.refusals:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.reason))


class MakeKey(forms.Form):
    """A key for a national system."""

    name = forms.CharField(label=_("Name of the system"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=[(scope, scope) for scope in SCOPES], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Valid for how many days"), min_value=1, max_value=400, initial=180)

    def refuse(self, no: Refused) -> None:
        """Show why not, at the field."""
        for refusal in no.refusals:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.reason))
