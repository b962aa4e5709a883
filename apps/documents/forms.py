"""The form by which files are attached to a subject. It checks shape; the examination and the action check rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.documents.kinds import EXTENSIONS
from apps.documents.models import Shows
from apps.kernel.refusals import Refused


class FilesInput(forms.FileInput):
    """A chooser for one or several files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """One or several files, as a list."""

    widget = FilesInput(attrs={"accept": ",".join(f".{extension}" for extension in EXTENSIONS)})

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Whether there is any."""
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(data)


class Attach(forms.Form):
    """Files, and what is said of all of them."""

    upload = Files(label=_("Files"), error_messages={"required": _("Choose at least one file.")})
    description = forms.CharField(label=_("What they show"), max_length=300, required=False)
    shows = forms.ChoiceField(label=_("Kind"), choices=Shows.choices, required=False)
    tlp = forms.ChoiceField(label=_("Marking"))

    def __init__(self, *args: Any, markings: Iterable[tuple[str, str | Promise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tlp"].choices = list(markings)  # type: ignore[attr-defined]

    def refuse(self, no: Refused, name: str = "") -> None:
        """Show why not, at its field; what is said of a file names the file."""
        for refusal in no.refusals:
            known = refusal.field if refusal.field in self.fields else None
            said = f"{name}: {refusal.reason}" if name and known == "upload" else str(refusal.reason)
            self.add_error(known, said)
