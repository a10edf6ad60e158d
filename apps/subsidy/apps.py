from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubsidyConfig(AppConfig):
    name = "apps.subsidy"
    verbose_name = _("subsidies to people")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.subsidy.events import EVENTS

        register_events("subsidy", EVENTS)
