from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class DashboardConfig(AppConfig):
    name = "apps.dashboard"
    verbose_name = _("maps and figures")

    def ready(self) -> None:
        from apps.dashboard.events import EVENTS
        from apps.dashboard.measures import MEASURES
        from apps.evidence.vocabulary import register_events

        register_events("dashboard", EVENTS)
        for name, measure in MEASURES.items():
            registry.measures.add(name, measure)
        import_module("apps.dashboard.tasks")
