"""The small forms of the actions that ask for a word. They check shape; actions check rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.refusals import Refused


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


class Confirm(Words):
    """Nothing but a yes."""
