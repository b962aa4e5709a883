"""Addresses of RIFs. A reference RIF/IT/2026/012345 stands in an address as IT/2026/012345."""

from django.urls import path, register_converter

from apps.rifs.views import (
    access,
    answers,
    beginning,
    bulk,
    channels,
    detail,
    files,
    form,
    register,
    searches,
    similar,
    snooze,
)


class Reference:
    """The reference of a RIF in an address."""

    regex = r"[A-Z]{2}/\d{4}/\d{6}"

    def to_python(self, value: str) -> str:
        """The reference itself."""
        return f"RIF/{value}"

    def to_url(self, value: str) -> str:
        """Without its first part."""
        return value.removeprefix("RIF/")


register_converter(Reference, "rif")
app_name = "rifs"
urlpatterns = [
    path("", register.register, name="register"),
    path("new/", beginning.new, name="new"),
    path("new/<int:number>/forget/", beginning.forget_template, name="forget_template"),
    path("guide/", channels.guide, name="guide"),
    path("acknowledge/", bulk.acknowledge_many, name="acknowledge_many"),
    path("acknowledge/these/", bulk.acknowledge_these, name="acknowledge_these"),
    path("acknowledge/done/", bulk.acknowledged_many, name="acknowledged_many"),
    path("save/", searches.save_search, name="save_search"),
    path("saved/<int:number>/", searches.search, name="search"),
    path("saved/<int:number>/forget/", searches.forget_search, name="forget_search"),
    path("export/csv/", register.export, {"form": "csv"}, name="export_csv"),
    path("export/json/", register.export, {"form": "json"}, name="export_json"),
    path("export/xlsx/", register.export, {"form": "xlsx"}, name="export_xlsx"),
    path("<rif:reference>/", detail.detail, name="detail"),
    path("<rif:reference>/preview/", register.preview, name="preview"),
    path("<rif:reference>/acknowledgements/", detail.acknowledgements, name="acknowledgements"),
    path("<rif:reference>/versions/", answers.versions, name="versions"),
    path("<rif:reference>/feedback/", answers.feedback, name="feedback"),
    path("<rif:reference>/channels/", channels.channels, name="channels"),
    path("<rif:reference>/channels/<slug:channel>/", channels.text, name="channel_text"),
    path("<rif:reference>/sheet/", answers.sheet, name="sheet"),
    path("<rif:reference>/evidence/", answers.bundle, name="bundle"),
    path("<rif:reference>/copy/", detail.copy, name="copy"),
    path("<rif:reference>/access/", access.access, name="access"),
    path("<rif:reference>/access/<slug:code>/", access.view_as, name="view_as"),
    path("<rif:reference>/snooze/", snooze.snooze, name="snooze"),
    path("<rif:reference>/wake/", snooze.wake, name="wake"),
    path("<rif:reference>/history/", detail.history, name="history"),
    path("<rif:reference>/files/", files.files, name="files"),
    path("<rif:reference>/files/<int:file>/", files.serve, name="file"),
    path("<rif:reference>/files/<int:file>/detach/", files.detach, name="detach"),
    path("<rif:reference>/acknowledge/", detail.acknowledge, name="acknowledge"),
    path("<rif:reference>/act/<slug:name>/", detail.act, name="act"),
    path("<rif:reference>/form/<slug:step>/", form.form, name="form"),
    path("<rif:reference>/slot/", form.slot, name="slot"),
    path("<rif:reference>/check/", form.check, name="check"),
    path("<rif:reference>/similar/", similar.similar, name="similar"),
    path("<rif:reference>/similar/<rif:other>/", similar.compare, name="compare"),
    path("<rif:reference>/submit/", form.submit, name="submit"),
    path("<rif:reference>/publish/", form.publish, name="publish"),
]
