from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("<int:number>/end/", views.end, name="end"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:number>/withdraw/", views.withdraw, name="withdraw"),
    path("access-log/", views.access_log, name="access_log"),
    path("act/", views.act, name="act"),
    path("preferences/", views.preferences, name="preferences"),
    path("none/", views.no_membership, name="no_membership"),
    path("unknown/", views.unknown, name="unknown"),
]
