"""工作台: the home page and the figures of the roll-out. Reads all apps, owns no business rule."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "apps.dashboard"
    verbose_name = _("dashboards")

    def ready(self) -> None:
        from apps.dashboard.events import EVENTS
        from apps.evidence.vocabulary import register_events

        register_events("dashboard", EVENTS)
