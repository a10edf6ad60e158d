"""The project package: settings, addresses, menu, the Celery app and the kit."""

import os

# With lxml at hand openpyxl would write and mark workbooks by it: other bytes, and other elements than ours.
os.environ.setdefault("OPENPYXL_LXML", "False")

from imbudget.celery import app as celery_app

__all__ = ["celery_app"]
