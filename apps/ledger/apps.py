from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class LedgerConfig(AppConfig):
    name = "apps.ledger"
    verbose_name = _("authority ledger")

    def ready(self) -> None:
        self._chain()
        from apps.evidence.vocabulary import register_events
        from apps.ledger.bindings import document_binding
        from apps.ledger.events import EVENTS
        from apps.ledger.jobs import KINDS
        from apps.ledger.panels import PROJECT_PANELS
        from apps.ledger.selectors.projects import issued_by_year, unspent_authority
        from apps.ledger.selfchecks import CHECKS
        from apps.lowcode.bindings import bind

        register_events("ledger", EVENTS)
        bind(document_binding())
        for name, job_kind in KINDS.items():
            registry.job_kinds.add(name, job_kind)
        for name, self_check in CHECKS.items():
            registry.self_checks.add(name, self_check)
        registry.panels.add("projects.project", PROJECT_PANELS)
        registry.issued_for_projects.add("ledger.authority", issued_by_year)
        registry.unspent_for_projects.add("ledger.authority", unspent_authority)

    def _chain(self) -> None:
        """Tables whose every version is chained in evidence."""
        for name in ("Authority", "AuthorityDocument", "DocumentLine", "Posting", "Entry"):
            model = self.get_model(name)
            registry.chained_tables.add(model._meta.db_table, model)
