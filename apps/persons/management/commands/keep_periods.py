"""`manage.py keep_periods [--dry-run]`: does away with what is past its period, or only says how much it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.persons.services import keep_periods


class Command(BaseCommand):
    """What the clock does each night, by hand."""

    help = "Do away with data that is past its period (pages: personal information, periods of keeping)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        ended = keep_periods(dry=options["dry_run"])
        verb = "would go" if options["dry_run"] else "gone"
        for key, count in sorted(ended.items()):
            self.stdout.write(f"{key}: {count} {verb}")
