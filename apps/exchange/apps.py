from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.exchange"
    label = "exchange"
