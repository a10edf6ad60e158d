from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class ReviewConfig(AppConfig):
    name = "apps.review"
    verbose_name = _("expert review")

    def ready(self) -> None:
        self._chain()
        from apps.evidence.receipts.access import offer_receipts
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.bindings import bind
        from apps.notices import kinds
        from apps.review.bindings import admission_binding, conclusion_binding
        from apps.review.endings import ENDINGS
        from apps.review.events import EVENTS, RECEIPTS
        from apps.review.holdings import HOLDINGS
        from apps.review.jobs import KINDS as JOBS
        from apps.review.notices import KINDS
        from apps.review.panels import PROJECT_PANELS
        from apps.review.selectors.desk import what_waits
        from apps.review.selfchecks import CHECKS
        from apps.review.signatures import signatures

        register_events("review", EVENTS)
        for table, holding in HOLDINGS.items():
            registry.personal_data.add(table, holding)
        for key, ending in ENDINGS.items():
            registry.retention.add(key, ending)
        offer_receipts("review.see", RECEIPTS)
        for kind, (template, label) in KINDS.items():
            kinds.register(kind, template, label)
        bind(admission_binding())
        for name, job in JOBS.items():
            registry.job_kinds.add(name, job)
        for name, self_check in CHECKS.items():
            registry.self_checks.add(name, self_check)
        bind(conclusion_binding())
        registry.panels.add("projects.project", PROJECT_PANELS)
        registry.digest_sources.add("review", what_waits)
        registry.signatures.add("review", signatures)

    def _chain(self) -> None:
        """Tables whose every version is chained in evidence."""
        for name in ("ScoreSheet", "Conclusion", "Dissent"):
            model = self.get_model(name)
            registry.chained_tables.add(model._meta.db_table, model)
