"""Addresses of requests. A reference REQ/IT/2026/012345 stands in an address as IT/2026/012345."""

from django.urls import path, register_converter

from apps.inquiries import views


class Reference:
    """The reference of a request in an address."""

    regex = r"[A-Z]{2}/\d{4}/\d{6}"

    def to_python(self, value: str) -> str:
        """The reference itself."""
        return f"REQ/{value}"

    def to_url(self, value: str) -> str:
        """Without its first part."""
        return value.removeprefix("REQ/")


register_converter(Reference, "inquiry")
app_name = "inquiries"
urlpatterns = [
    path("", views.register, name="register"),
    path("ask/", views.ask, name="ask"),
    path("<inquiry:reference>/", views.detail, name="detail"),
    path("<inquiry:reference>/act/<slug:name>/", views.act, name="act"),
]
