from typing import Any

from django.core.management.base import CommandParser

from apps.subsidy.services.catalogue import ROWS
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_subsidy_catalogue")


class Command(TableImportCommand):
    help = "Import subsidies, standards or coefficients of grassland classes from CSV or XLSX (heads: see fixtures/subsidy)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--table", required=True, choices=list(ROWS))

    def handle(self, *args: Any, **options: Any) -> None:
        self.rows = ROWS[options["table"]](ACTOR)
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        return self.rows.put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        """Each row has left its own evidence."""
