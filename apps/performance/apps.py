from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class PerformanceConfig(AppConfig):
    name = "apps.performance"
    verbose_name = _("performance")

    def ready(self) -> None:
        self._chain()
        from apps.evidence.vocabulary import register_events
        from apps.notices import kinds
        from apps.performance.events import EVENTS, NOTICES

        register_events("performance", EVENTS)
        for kind, (template, label) in NOTICES.items():
            kinds.register(kind, template, label)
        self._lend_goals()
        self._collection()
        self._evaluation()
        self._home()
        import_module("apps.performance.tasks")

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

    def _collection(self) -> None:
        """Money that moves marks its projects; a self check compares all of them."""
        from apps.performance.demo.collecting import load_values
        from apps.performance.demo.paying import play_day
        from apps.performance.demo.publishing import publish
        from apps.performance.selfchecks import CHECKS
        from apps.performance.services.money import document_posted, payment_settled

        registry.settled_payments.add("performance.money", payment_settled)
        registry.posted_documents.add("performance.money", document_posted)
        registry.demo_parts.add("performance 2: what projects reached", load_values)
        registry.demo_days.add("payments of projects", play_day)
        registry.demo_ends.add("published figures", publish)
        for check, line in CHECKS.items():
            registry.self_checks.add(check, line)

    def _evaluation(self) -> None:
        """Monitoring, rectification, evaluation and the use of results."""
        from apps.lowcode.bindings import bind
        from apps.performance.bindings import evaluation_binding
        from apps.performance.demo.evaluating import load_evaluations
        from apps.performance.panels import PROJECT_PANELS, SHEET_PANELS
        from apps.performance.selectors.lastyear import notes_of_lines
        from apps.performance.selectors.waiting import what_waits
        from apps.performance.services import watch_payment

        bind(evaluation_binding())
        registry.payment_watchers.add("performance", watch_payment)
        registry.digest_sources.add("performance", what_waits)
        registry.panels.add("projects.project", PROJECT_PANELS)
        registry.panels.add("budget.budgetsheet", SHEET_PANELS)
        registry.line_notes.add("performance", notes_of_lines)
        registry.demo_parts.add("performance 3: results", load_evaluations)

    def _home(self) -> None:
        """Cards of home pages, and figures of regions on the map."""
        from apps.performance.homecards import CARDS
        from apps.performance.measures import MEASURES

        for name, card in CARDS.items():
            registry.home_cards.add(name, card)
        for name, measure in MEASURES.items():
            registry.measures.add(name, measure)

    def _chain(self) -> None:
        """Tables whose every version is chained in evidence."""
        for name in ("Evaluation", "EvaluationLine", "SpotCheck", "Lowering"):
            model = self.get_model(name)
            registry.chained_tables.add(model._meta.db_table, model)
