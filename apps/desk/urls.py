from django.urls import path

from apps.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("about/help/", views.about, {"name": "help"}, name="help"),
    path("about/accessibility/", views.about, {"name": "accessibility"}, name="accessibility"),
    path("about/data-protection/", views.about, {"name": "data_protection"}, name="data_protection"),
]
