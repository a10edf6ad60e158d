"""The project package: settings, addresses, menu, the Celery app and the kit."""

from imbudget.celery import app as celery_app

__all__ = ["celery_app"]
