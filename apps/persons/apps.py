from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonsConfig(AppConfig):
    name = "apps.persons"
    verbose_name = _("personal information")

    def ready(self) -> None:
        from apps.audit.vocabulary import register_kinds
        from apps.evidence.vocabulary import register_events
        from apps.notices import kinds
        from apps.persons.endings import ENDINGS
        from apps.persons.events import AUDIT, EVENTS, NOTICES
        from apps.persons.exports import PersonalExports
        from imbudget.kit import registry

        register_events("persons", EVENTS)
        register_kinds("persons", AUDIT)
        for name, (template, label) in NOTICES.items():
            kinds.register(name, template, label)
        for key, ending in ENDINGS.items():
            registry.retention.add(key, ending)
        registry.personal_exports.fill(PersonalExports())
        import_module("apps.persons.tasks")
