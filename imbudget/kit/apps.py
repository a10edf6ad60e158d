"""The kit as a Django app: template tags, self checks and the shared part of the start-up."""

from django.apps import AppConfig

from imbudget.kit import registry


class KitConfig(AppConfig):
    """Has no model."""

    name = "imbudget.kit"
    label = "kit"

    def ready(self) -> None:
        from imbudget.kit.selfchecks import CHECKS

        for name, check in CHECKS.items():
            registry.self_checks.add(name, check)
