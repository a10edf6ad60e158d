from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.vault.services.keys import make_key, put_in_use, rewrap_keys
from apps.vault.services.rotating import BATCH, rotate_everything
from imbudget.kit import crypto
from imbudget.kit.actor import system_actor


class Command(BaseCommand):
    help = (
        "Encrypt anew, under the key in use, what still lies under an older one. May be run and stopped at any time,"
        " beside everybody's work: it goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="make a new data key first, and put it in use")
        parser.add_argument("--batch", type=int, default=BATCH, help="rows a transaction (default %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor("rotate_keys")
        if options["batch"] < 1:
            raise CommandError("--batch must be 1 or more.")
        if crypto.has_envelopes():
            self.stdout.write(f"wrapped anew: {rewrap_keys(actor)} data keys")
        if options["new"]:
            self._refuse_without_envelopes()
            key = put_in_use(actor, key=make_key(actor))
            self.stdout.write(
                f"{key}: {key.get_algorithm_display()}, in use from {key.in_use_from:%Y-%m-%d %H:%M:%S} UTC"
            )
        if not rotate_everything(actor, self._tell, options["batch"]):
            raise CommandError("Some rows were held by others all the time. Run rotate_keys once more.")

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _refuse_without_envelopes(self) -> None:
        if not crypto.has_envelopes():
            raise CommandError("Data keys need something that wraps them: set WRAPPING_KEYS or KEY_PROVIDER.")
