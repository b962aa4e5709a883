"""Every address of the portal."""

from django.urls import include, path

from portal import health

urlpatterns = [
    path("", include("apps.desk.urls")),
    path("rifs/", include("apps.rifs.urls")),
    path("inquiries/", include("apps.inquiries.urls")),
    path("search/", include("apps.search.urls")),
    path("inbox/", include("apps.notifications.urls")),
    path("people/keys/webhooks/", include("apps.exchange.pages")),
    path("people/", include("apps.accounts.urls")),
    path("api/v1/", include("apps.exchange.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
]
handler404 = "portal.health.not_found"
handler500 = "portal.health.broken"
