from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from imbudget.kit import registry
from imbudget.kit.fields import EncryptedTextField, rotate


class Command(BaseCommand):
    help = (
        "Encrypt anew, under the first key of FIELD_KEYS, what still lies under an older one; may be run at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    changed = rotate(model._base_manager.all(), field.name)
                    self.stdout.write(f"{model._meta.label}.{field.name}: {changed} values")
        for name, rotate_more in registry.key_rotations.items():
            self.stdout.write(f"{name}: {rotate_more()} rows")
