from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class MonitoringConfig(AppConfig):
    name = "apps.monitoring"
    verbose_name = _("monitoring")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.bindings import bind
        from apps.monitoring.bindings import rule_binding
        from apps.monitoring.events import EVENTS, NOTICES
        from apps.monitoring.jobs import KINDS
        from apps.monitoring.selectors.digest import what_waits
        from apps.monitoring.services import watch
        from apps.notices import kinds

        register_events("monitoring", EVENTS)
        for kind, (template, label) in NOTICES.items():
            kinds.register(kind, template, label)
        bind(rule_binding())
        registry.payment_watchers.add("monitoring", watch)
        registry.digest_sources.add("monitoring", what_waits)
        for name, job_kind in KINDS.items():
            registry.job_kinds.add(name, job_kind)
        import_module("apps.monitoring.tasks")
