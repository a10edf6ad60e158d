from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "apps.projects"
    verbose_name = _("project library")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.projects.events import EVENTS

        register_events("projects", EVENTS)
