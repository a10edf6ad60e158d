"""The Celery app; tasks live in the apps' tasks.py and only call services."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imbudget.settings")

app = Celery("imbudget")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
