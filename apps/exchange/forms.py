"""The form of a webhook. It checks shape; the action checks rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.refusals import Refused


class MakeWebhook(forms.Form):
    """An address to be rung."""

    name = forms.CharField(label=_("Name of the system"), max_length=100)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Begins with https. It is told the reference and what happened, never the content."),
    )

    def refuse(self, no: Refused) -> None:
        """Show why not, at the field."""
        for refusal in no.refusals:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.reason))
