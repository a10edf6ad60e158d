import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.evidence.backups.making import make_backup


class Command(BaseCommand):
    help = "Write database and attachments into a new folder, encrypted; without BACKUP_KEYS nobody can read it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        made = make_backup(options["folder"].resolve())
        size = sum(part.size for part in made.parts)
        self.stdout.write(
            f"{size / 1e6:.1f} MB in {time.monotonic() - began:.1f} s, {made.entries} entries in the log, head {made.head}"
        )
