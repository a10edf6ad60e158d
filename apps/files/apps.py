from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class FilesConfig(AppConfig):
    name = "apps.files"
    verbose_name = _("attachments")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.files.events import EVENTS
        from apps.files.selfchecks import CHECKS

        register_events("files", EVENTS)
        for name, self_check in CHECKS.items():
            registry.self_checks.add(name, self_check)
        import_module("apps.files.tasks")
        import_module("apps.files.deploychecks")
