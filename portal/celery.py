"""The queue of work that is done outside a request."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal", include=["portal.heartbeat"])
app.conf.update(settings.CELERY)
app.autodiscover_tasks()
