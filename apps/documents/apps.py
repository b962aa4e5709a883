from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.documents"
    label = "documents"
