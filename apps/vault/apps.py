from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class VaultConfig(AppConfig):
    name = "apps.vault"
    verbose_name = _("encryption keys")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.vault.events import EVENTS
        from apps.vault.selfchecks import CHECKS
        from apps.vault.store import store

        register_events("vault", EVENTS)
        registry.data_keys.fill(store)
        for name, check in CHECKS.items():
            registry.self_checks.add(name, check)
