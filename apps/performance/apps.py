from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    name = "apps.performance"
    verbose_name = _("performance")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.performance.events import EVENTS

        register_events("performance", EVENTS)
        self._ready_collection()

    def _ready_collection(self) -> None:
        from apps.notices import kinds
        from apps.performance.demo.collecting import load_values
        from apps.performance.demo.paying import play_day
        from apps.performance.events import COLLECT_NOTICES
        from apps.performance.selfchecks import CHECKS
        from apps.performance.services.money import document_posted, payment_settled
        from imbudget.kit import registry

        for name, (template, label) in COLLECT_NOTICES.items():
            kinds.register(name, template, label)
        registry.settled_payments.add("performance.money", payment_settled)
        registry.posted_documents.add("performance.money", document_posted)
        registry.demo_parts.add("what projects reached", load_values)
        registry.demo_days.add("payments of projects", play_day)
        for check, line in CHECKS.items():
            registry.self_checks.add(check, line)
