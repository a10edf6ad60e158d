from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    name = "apps.performance"
    verbose_name = _("performance")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.performance.events import EVENTS

        register_events("performance", EVENTS)
