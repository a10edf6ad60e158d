from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "apps.ledger"
    verbose_name = _("authority ledger")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.ledger.events import EVENTS
        from apps.ledger.selfchecks import CHECKS
        from imbudget.kit import registry

        register_events("ledger", EVENTS)
        for name, self_check in CHECKS.items():
            registry.self_checks.add(name, self_check)
