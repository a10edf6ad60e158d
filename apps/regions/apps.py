from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class RegionsConfig(AppConfig):
    name = "apps.regions"
    verbose_name = _("regions and units")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.regions.events import EVENTS
        from apps.regions.selectors import words_of_closed
        from apps.regions.selfchecks import CHECKS

        register_events("regions", EVENTS)
        registry.closed_module.fill(words_of_closed)
        for name, check in CHECKS.items():
            registry.self_checks.add(name, check)
