from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "apps.codes"

    def ready(self) -> None:
        from apps.codes.events import EVENTS
        from apps.evidence.vocabulary import register_events

        register_events("codes", EVENTS)
