from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class BudgetConfig(AppConfig):
    name = "apps.budget"
    verbose_name = _("budget")

    def ready(self) -> None:
        from apps.budget import bindings
        from apps.budget.basicchecks import BASIC_CHECKS, BASIC_UNCOVERED
        from apps.budget.calculationchecks import CALCULATION_CHECKS, CALCULATION_UNCOVERED
        from apps.budget.checks import OWN_CHECKS
        from apps.budget.controlchecks import CONTROL_CHECKS, CONTROL_UNCOVERED
        from apps.budget.datachecks import DATA_CHECKS
        from apps.budget.events import EVENTS, RECEIPTS
        from apps.budget.jobs import KINDS
        from apps.budget.notices import KINDS as NOTICES
        from apps.budget.projectchecks import PROJECT_CHECKS, PROJECT_UNCOVERED
        from apps.budget.screens import OWN_SCREENS
        from apps.budget.selfchecks import CHECKS
        from apps.budget.services.approvals import follow_approval
        from apps.budget.staffbinding import staff_change_binding
        from apps.budget.standardbinding import standard_binding
        from apps.evidence.receipts.access import offer_receipts
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.bindings import bind
        from apps.notices import kinds

        for make in (bindings.sheet_binding, bindings.report_binding, staff_change_binding, standard_binding):
            bind(make())
        for notice, (template, label) in NOTICES.items():
            kinds.register(notice, template, label)
        register_events("budget", EVENTS)
        offer_receipts("budget.see", RECEIPTS)
        own = OWN_CHECKS | DATA_CHECKS | BASIC_CHECKS | PROJECT_CHECKS | CALCULATION_CHECKS | CONTROL_CHECKS
        for name, check in own.items():
            registry.checks.add(name, check)
        for name, gap in (BASIC_UNCOVERED | PROJECT_UNCOVERED | CALCULATION_UNCOVERED | CONTROL_UNCOVERED).items():
            registry.check_gaps.add(name, gap)
        for name, screen in OWN_SCREENS.items():
            registry.check_screens.add(name, screen)
        for name, kind in KINDS.items():
            registry.job_kinds.add(name, kind)
        registry.posted_documents.add("budget.approval", follow_approval)
        for name, self_check in CHECKS.items():
            registry.self_checks.add(name, self_check)
