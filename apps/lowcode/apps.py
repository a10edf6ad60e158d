from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LowcodeConfig(AppConfig):
    name = "apps.lowcode"
    verbose_name = _("forms and flows")
