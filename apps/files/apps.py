from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "apps.files"
    verbose_name = _("attachments")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.files.events import EVENTS

        register_events("files", EVENTS)
        import_module("apps.files.tasks")
        import_module("apps.files.deploychecks")
