"""Addresses of the pages on which an organisation manages its webhooks."""

from django.urls import path

from apps.exchange.views import webhooks

app_name = "webhooks"
urlpatterns = [
    path("", webhooks.webhooks, name="list"),
    path("<int:number>/end/", webhooks.end, name="end"),
    path("deliveries/<int:number>/again/", webhooks.again, name="again"),
]
