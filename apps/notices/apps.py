from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "apps.notices"
    verbose_name = _("notices")

    def ready(self) -> None:
        from apps.notices import kinds

        kinds.register(kinds.DIGEST, "", _("daily digest"))
        import_module("apps.notices.tasks")
