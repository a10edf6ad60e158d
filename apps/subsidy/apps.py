from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubsidyConfig(AppConfig):
    name = "apps.subsidy"
    verbose_name = _("subsidies to people")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.bindings import bind
        from apps.notices import kinds
        from apps.subsidy.bindings import roster_binding
        from apps.subsidy.demo.paying import play_day
        from apps.subsidy.demo.rosters import load_subsidies
        from apps.subsidy.endings import ENDINGS
        from apps.subsidy.events import EVENTS, NOTICES
        from apps.subsidy.holdings import HOLDINGS
        from apps.subsidy.jobs import KINDS
        from apps.subsidy.selfchecks import CHECKS
        from apps.subsidy.services.payments import settle
        from imbudget.kit import registry

        register_events("subsidy", EVENTS)
        for table, holding in HOLDINGS.items():
            registry.personal_data.add(table, holding)
        for key, ending in ENDINGS.items():
            registry.retention.add(key, ending)
        for name, (template, label) in NOTICES.items():
            kinds.register(name, template, label)
        bind(roster_binding())
        registry.settled_payments.add("subsidy", settle)
        registry.demo_parts.add("subsidies to people", load_subsidies)
        registry.demo_days.add("subsidies to people", play_day)
        for name, kind in KINDS.items():
            registry.job_kinds.add(name, kind)
        for name, check in CHECKS.items():
            registry.self_checks.add(name, check)
