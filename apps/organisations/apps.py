from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.organisations"
    label = "organisations"
