import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from apps.evidence.backups.restoring import restore_backup


class Command(BaseCommand):
    help = "Bring a backup back into an empty database; refuses one that was cut, changed or is foreign before it touches anything."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--no-selfcheck", action="store_true", help="check the evidence only")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        made = restore_backup(options["folder"].resolve())
        self.stdout.write(f"restored in {time.monotonic() - began:.1f} s: the state of {made.made_at}")
        call_command("verify_evidence", head=made.head, stdout=self.stdout, stderr=self.stderr)
        if not options["no_selfcheck"]:
            call_command("selfcheck", stdout=self.stdout, stderr=self.stderr)
