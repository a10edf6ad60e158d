from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "apps.regions"

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.regions.events import EVENTS

        register_events("regions", EVENTS)
