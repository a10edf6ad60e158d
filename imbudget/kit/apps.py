"""The kit as a Django app: template tags and the shared part of the start-up."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Has no model."""

    name = "imbudget.kit"
    label = "kit"
