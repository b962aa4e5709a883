"""The files of a RIF: listed, attached, served and taken off again."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.parking import unpark
from apps.audit.middleware import looked_at
from apps.documents.actions import content_of
from apps.documents.examine import Examined, examine
from apps.documents.forms import Attach
from apps.documents.kinds import ACCEPTED, FileType
from apps.documents.models import Document
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.rifs import actions, forms
from apps.rifs.actions.attaching import marking_of, markings_for
from apps.rifs.models import Rif
from apps.rifs.show import detail_of
from apps.rifs.views.detail import one_of

#: A file is kept, not shown: should a browser show it all the same, nothing in it may act.
LOCKED = "default-src 'none'; sandbox"


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, reference: str) -> HttpResponse:
    """What is attached; for the author of a draft the form to attach more."""
    rif = one_of(request, reference)
    markings = [(tlp.value, tlp.label) for tlp in markings_for(rif)]
    typed = unpark(request) if request.method == "GET" else None
    initial = {"tlp": rif.tlp} | (typed.dict() if typed else {})
    form = Attach(request.POST or None, request.FILES or None, markings=markings, initial=initial)
    if request.method == "POST":
        if refusal := actions.attach.refusal(rif, request.actor):
            messages.warning(request, str(refusal.reason))
            return redirect("rifs:files", reference)
        if form.is_valid() and _attach_each(request, rif, form):
            return redirect("rifs:files", reference)
        rif = one_of(request, reference)
    looked_at(request, "rif.read", rif)
    context = detail_of(rif, request.actor, timezone.now(), "files") | {
        "form": form,
        "files": files_of(request, rif),
        "restored": typed is not None,
        "limit": filesizeformat(settings.DOCUMENT_LIMIT),
    }
    return render(request, "rifs/files.html", context, status=422 if form.errors else 200)


def _attach_each(request: HttpRequest, rif: Rif, form: Attach) -> bool:
    """Attach the chosen files one after another; those that cannot be are named in the form, the others stay.

    All are examined before the first is written: a scanner may take its time, and nobody waits for it at a lock.
    """
    done, words = 0, {name: form.cleaned_data[name] for name in ("description", "tlp", "shows")}
    for file in [file for upload in form.cleaned_data["upload"] if (file := _examined(upload, form))]:
        try:
            actions.attach(rif, by=request.actor, at=timezone.now(), file=file, **words)
            done += 1
        except Refused as no:
            form.refuse(no, file.name)
    if done:
        said = ngettext("%(number)d file attached.", "%(number)d files attached.", done)
        messages.success(request, said % {"number": done})
    return not form.errors


def _examined(upload: "UploadedFile[Any]", form: Attach) -> Examined | None:
    """The file as it will be kept; none, and a word in the form, where it will not be."""
    try:
        return examine(str(upload.name), upload.read(), size=upload.size)
    except Refused as no:
        form.refuse(no, str(upload.name))
        return None


def files_of(request: HttpRequest, rif: Rif) -> list[dict[str, Any]]:
    """Each file with the marking that holds for it, in the order of their numbers."""
    rows = Document.objects.of(rif).visible_to(request.actor).order_by("number")
    return [{"document": document, "tlp": marking_of(document, rif)} for document in rows]


def _one_file(request: HttpRequest, rif: Rif, number: int) -> Document:
    document = Document.objects.of(rif).visible_to(request.actor).filter(number=number).first()
    if document is None:
        raise Http404
    return document


@require_GET
def serve(request: HttpRequest, reference: str, file: int) -> HttpResponse:
    """One file, to be kept by whoever may read its RIF. The look is noted."""
    rif = one_of(request, reference)
    document = _one_file(request, rif, file)
    looked_at(request, "document.read", rif, number=document.number, sha256=document.sha256)
    response = HttpResponse(content_of(document), content_type=ACCEPTED[FileType(document.kind)].media)
    response["Content-Disposition"] = content_disposition_header(True, document.name) or "attachment"  # noqa: FBT003
    response["Content-Security-Policy"] = LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "POST"])
def detach(request: HttpRequest, reference: str, file: int) -> HttpResponse:
    """Ask, then take one file off a draft."""
    rif = one_of(request, reference)
    document = _one_file(request, rif, file)
    refusal = actions.detach.refusal(rif, request.actor)
    form = forms.Confirm(request.POST or None)
    if request.method == "POST":
        try:
            actions.detach(rif, by=request.actor, at=timezone.now(), number=document.number)
            messages.success(request, _("%(name)s was removed.") % {"name": document.name})
        except Refused as no:
            messages.warning(request, str(no))
        return redirect("rifs:files", reference)
    title = _("Remove %(name)s") % {"name": document.name}
    return render(request, "rifs/act.html", {"rif": rif, "form": form, "title": title, "refusal": refusal})
