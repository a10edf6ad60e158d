from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.ledger.catalogues import ROWS
from apps.ledger.services.chart import record_import
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("load_ledger_chart")
SHIPPED = Path(settings.BASE_DIR) / "fixtures" / "ledger"


class Command(TableImportCommand):
    help = (
        "Load the chart of accounts of the authority ledger and its posting rules; without a file the shipped ones,"
        " a second run changes nothing. Tables: accounts (code, name_zh, name_mvf, role, side, standard, verified,"
        " source), rules (event, debit, credit, verified, source)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
        parser.add_argument("--table", choices=list(ROWS))

    def handle(self, *args: Any, **options: Any) -> None:
        tables = [options["table"]] if options["table"] else list(ROWS)
        for table in tables:
            self.rows: Any = ROWS[table](ACTOR)
            file = options["file"] or SHIPPED / f"{table}.csv"
            super().handle(*args, **(options | {"table": table, "file": file}))

    def put(self, row: dict[str, str], **options: Any) -> str:
        return self.rows.put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        record_import(ACTOR, options["table"], file, counts)
