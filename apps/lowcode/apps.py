from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class LowcodeConfig(AppConfig):
    name = "apps.lowcode"
    verbose_name = _("forms and flows")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.files.holders import holders
        from apps.lowcode.bindings import signatures
        from apps.lowcode.events import EVENTS as FLOW_EVENTS
        from apps.lowcode.events import NOTICES
        from apps.lowcode.formevents import EVENTS as FORM_EVENTS
        from apps.lowcode.jobs import KINDS
        from apps.lowcode.selectors.digest import what_waits
        from apps.lowcode.selfchecks import CHECKS
        from apps.lowcode.services.answers import holds_file, rotate_keys
        from apps.notices import kinds

        register_events("lowcode", FORM_EVENTS)
        register_events("lowcode", FLOW_EVENTS)
        for kind, (template, label) in NOTICES.items():
            kinds.register(kind, template, label)
        registry.digest_sources.add("lowcode", what_waits)
        import_module("apps.lowcode.tasks")
        for name, job_kind in KINDS.items():
            registry.job_kinds.add(name, job_kind)
        for name, self_check in CHECKS.items():
            registry.self_checks.add(name, self_check)
        registry.key_rotations.add("lowcode.answers", rotate_keys)
        registry.signatures.add("lowcode", signatures)
        holders.add("lowcode.answers", holds_file)
