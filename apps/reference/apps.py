"""The reference app's place among the applications."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Code lists, calendars and validators that every register uses."""

    name = "apps.reference"
    label = "reference"
    verbose_name = _("Reference data")
