from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        from apps.accounts.events import EVENTS
        from apps.evidence.vocabulary import register_events

        register_events("accounts", EVENTS)
