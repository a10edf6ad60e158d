from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class PerformanceConfig(AppConfig):
    name = "apps.performance"
    verbose_name = _("performance")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.notices import kinds
        from apps.performance.events import EVENTS, NOTICES

        register_events("performance", EVENTS)
        for kind, (template, label) in NOTICES.items():
            kinds.register(kind, template, label)
        self._lend_goals()

    def _lend_goals(self) -> None:
        """Checks of target tables, the library beside the wizard's goals, and comments on them."""
        from apps.performance.demo import goals as demo
        from apps.performance.goalchecks import project_checks
        from apps.performance.goalpanels import DETAIL, EDIT, TO_SIGN, notes_on
        from apps.projects import lent

        for name, check in project_checks().items():
            registry.project_checks.add(name, check)
        registry.project_row_notes.add("performance", notes_on)
        for place, panels in ((lent.EDIT, EDIT), (lent.DETAIL, DETAIL), (lent.TO_SIGN, TO_SIGN)):
            registry.panels.add(place, panels)
        registry.demo_parts.add("performance 1: library of indicators", demo.load)
