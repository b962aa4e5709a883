from django.urls import path

from apps.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:number>/open/", views.open_, name="open"),
    path("<int:number>/why/", views.why, name="why"),
    path("read/", views.read_all, name="read_all"),
    path("bell/", views.bell, name="bell"),
    path("live/", views.live, name="live"),
]
