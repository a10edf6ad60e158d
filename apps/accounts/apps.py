from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("users and posts")

    def ready(self) -> None:
        from apps.accounts import checks  # noqa: F401 - they register themselves
        from apps.accounts.counting import count
        from apps.accounts.events import EVENTS, KINDS
        from apps.accounts.homecards import CARDS
        from apps.accounts.proving import ask_again
        from apps.accounts.selectors import administrators
        from apps.accounts.selfchecks import CHECKS
        from apps.accounts.services import stamp_anew
        from apps.audit.vocabulary import register_kinds
        from apps.evidence.vocabulary import register_events

        register_events("accounts", EVENTS)
        register_kinds("accounts", KINDS)
        registry.asked_again.fill(ask_again)
        registry.counted.fill(count)
        registry.administrators.fill(administrators)
        registry.key_rotations.add("accounts.stamps", stamp_anew)
        chained = (
            *map(self.get_model, ("Post", "SignatureRule", "Clearance")),
            apps.get_model("guardian", "UserObjectPermission"),
        )
        for model in chained:
            registry.chained_tables.add(model._meta.db_table, model)
        for name, check in CHECKS.items():
            registry.self_checks.add(name, check)
        for name, card in CARDS.items():
            registry.home_cards.add(name, card)
