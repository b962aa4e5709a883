"""Addresses of the API, version 1."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from apps.exchange import views

app_name = "exchange"
urlpatterns = [
    path("openapi.json", SpectacularAPIView.as_view(), name="openapi"),
    path("rifs/", views.RifList.as_view(), name="rifs"),
    path("rifs/<rif:reference>/", views.RifDetail.as_view(), name="rif"),
    path("inquiries/", views.InquiryList.as_view(), name="inquiries"),
    path("inquiries/<inquiry:reference>/", views.InquiryDetail.as_view(), name="inquiry"),
    path("inquiries/<inquiry:reference>/answer/", views.InquiryAnswer.as_view(), name="answer"),
    path("inquiries/<inquiry:reference>/acknowledge/", views.InquiryAcknowledge.as_view(), name="acknowledge_inquiry"),
    *(path(f"rifs/<rif:reference>/{verb}/", view.as_view(), name=verb) for verb, view in views.ACTIONS.items()),
]
