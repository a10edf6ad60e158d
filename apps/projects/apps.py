from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "apps.projects"
    verbose_name = _("project library")

    def ready(self) -> None:
        from apps.evidence.receipts.access import offer_receipts
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.bindings import bind
        from apps.projects.bindings import bindings
        from apps.projects.checks import OWN_CHECKS
        from apps.projects.events import EVENTS, RECEIPTS
        from apps.projects.jobs import KINDS
        from apps.projects.moneychecks import MONEY_CHECKS
        from apps.projects.selectors.frozen import versions_under
        from apps.projects.selfchecks import CHECKS
        from imbudget.kit import registry

        register_events("projects", EVENTS)
        offer_receipts("projects.see", RECEIPTS)
        for name, check in (OWN_CHECKS | MONEY_CHECKS).items():
            registry.project_checks.add(name, check)
        for name, kind in KINDS.items():
            registry.job_kinds.add(name, kind)
        for name, self_check in CHECKS.items():
            registry.self_checks.add(name, self_check)
        registry.key_holders.add("projects.versions", versions_under)
        for binding in bindings():
            bind(binding)
