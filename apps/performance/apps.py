from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    name = "apps.performance"
    verbose_name = _("performance")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.performance.events import EVENTS

        register_events("performance", EVENTS)
        self._evaluation()
        import_module("apps.performance.tasks")

    def _evaluation(self) -> None:
        """Monitoring, rectification, evaluation and the use of results."""
        from apps.lowcode.bindings import bind
        from apps.notices import kinds
        from apps.performance.bindings import evaluation_binding
        from apps.performance.demo.evaluating import load_evaluations
        from apps.performance.events import NOTICES
        from apps.performance.panels import PROJECT_PANELS, SHEET_PANELS
        from apps.performance.selectors.lastyear import notes_of_lines
        from apps.performance.selectors.waiting import what_waits
        from apps.performance.services import watch_payment
        from imbudget.kit import registry

        for kind, (template, label) in NOTICES.items():
            kinds.register(kind, template, label)
        bind(evaluation_binding())
        registry.payment_watchers.add("performance", watch_payment)
        registry.digest_sources.add("performance", what_waits)
        registry.panels.add("projects.project", PROJECT_PANELS)
        registry.panels.add("budget.budgetsheet", SHEET_PANELS)
        registry.line_notes.add("performance", notes_of_lines)
        registry.demo_parts.add("years evaluated", load_evaluations)  # after what they reached
