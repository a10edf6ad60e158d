from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.dashboard.services import fill_past_months, refresh_figures


class Command(BaseCommand):
    help = "Compute the figures of dashboards anew; with --past also what stood at the ends of earlier months."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--past", action="store_true", help="read all dated rows once and fill in months without a row"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["past"]:
            for name, added in fill_past_months().items():
                self.stdout.write(f"months of {name}: {added}")
        for name, written in (refresh_figures() or {}).items():
            self.stdout.write(f"{name}: {written}")
