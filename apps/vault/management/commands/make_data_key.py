from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.vault.models import DataKey
from apps.vault.services.keys import make_key, put_in_use
from imbudget.kit import crypto
from imbudget.kit.actor import system_actor


class Command(BaseCommand):
    help = (
        "Make the data key under which personal data is encrypted from now on; what lies under others stays readable."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", action="store_true", help="only where there is none yet")

    def handle(self, *args: Any, **options: Any) -> None:
        if not crypto.has_envelopes():
            raise CommandError("Data keys need something that wraps them: set WRAPPING_KEYS or KEY_PROVIDER.")
        if options["first"] and DataKey.objects.exists():
            self.stdout.write("There is a data key already.")
            return
        actor = system_actor("make_data_key")
        key = put_in_use(actor, key=make_key(actor))
        self.stdout.write(f"{key}: {key.get_algorithm_display()}, in use from {key.in_use_from:%Y-%m-%d %H:%M:%S} UTC")
