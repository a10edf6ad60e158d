from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry

KINDS = {
    "audit.refused": _("refused: not allowed"),
    "audit.not_found": _("refused: not there, or outside the scope"),
    "audit.forged": _("refused: form not from its page"),
    "audit.limited": _("refused: too often"),
    "audit.unreadable": _("refused: cannot be read"),
    "audit.repeated": _("refusals repeated"),
    "audit.person_seen": _("page of a person opened"),
    "audit.signed_out": _("signed out"),
    "audit.tested": _("self check of the audit log"),
}
EVENTS = {
    "audit.sealed": _("part of the audit log sealed"),
    "audit.month_closed": _("month of the audit log closed"),
    "audit.month_exported": _("month of the audit log written to its file"),
    "audit.month_dropped": _("month of the audit log removed at the end of its term"),
}


class AuditConfig(AppConfig):
    name = "apps.audit"
    verbose_name = _("audit")

    def ready(self) -> None:
        from apps.audit import linking, vocabulary
        from apps.audit.selfchecks import CHECKS
        from apps.audit.services import record_seen
        from apps.evidence.vocabulary import register_events

        import_module("apps.audit.deploychecks")
        vocabulary.register_kinds("audit", KINDS)
        register_events("audit", EVENTS)
        registry.person_seen.fill(record_seen)
        registry.trail_of.fill(linking.trail_of)
        for name, check in CHECKS.items():
            registry.self_checks.add(name, check)
