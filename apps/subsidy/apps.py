from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubsidyConfig(AppConfig):
    name = "apps.subsidy"
    verbose_name = _("subsidies to people")
