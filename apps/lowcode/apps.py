from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class LowcodeConfig(AppConfig):
    name = "apps.lowcode"
    verbose_name = _("forms and flows")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.formevents import EVENTS as FORM_EVENTS
        from apps.lowcode.services.answers import rotate_keys

        register_events("lowcode", FORM_EVENTS)
        registry.key_rotations.add("lowcode.answers", rotate_keys)
