"""Addresses of the API, version 1."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from apps.exchange.views import api, changes

app_name = "exchange"
urlpatterns = [
    path("openapi.json", SpectacularAPIView.as_view(), name="openapi"),
    path("changes/", changes.Feed.as_view(), name="changes"),
    path("rifs/schema.json", changes.RifSchema.as_view(), name="rif_schema"),
    path("rifs/", api.RifList.as_view(), name="rifs"),
    path("rifs/<rif:reference>/", api.RifDetail.as_view(), name="rif"),
    path("inquiries/", api.InquiryList.as_view(), name="inquiries"),
    path("inquiries/<inquiry:reference>/", api.InquiryDetail.as_view(), name="inquiry"),
    path("inquiries/<inquiry:reference>/answer/", api.InquiryAnswer.as_view(), name="answer"),
    path("inquiries/<inquiry:reference>/acknowledge/", api.InquiryAcknowledge.as_view(), name="acknowledge_inquiry"),
    *(path(f"rifs/<rif:reference>/{verb}/", view.as_view(), name=verb) for verb, view in api.ACTIONS.items()),
]
