from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CodesConfig(AppConfig):
    name = "apps.codes"
    verbose_name = _("classification")

    def ready(self) -> None:
        from apps.codes.events import EVENTS
        from apps.evidence.vocabulary import register_events

        register_events("codes", EVENTS)
