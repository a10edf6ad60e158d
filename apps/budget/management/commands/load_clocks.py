from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.budget import services
from apps.budget.catalogues import ClockRows
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("load_clocks")


class Command(TableImportCommand):
    help = (
        "Load the statutory terms; without a file the shipped ones, a second run changes nothing. Columns: code, name_zh,"
        " name_mvf, from_act, to_act, days, counting (natural or working), level, basis_zh, basis_mvf, active, verified,"
        " source."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        shipped = Path(settings.BASE_DIR) / "fixtures" / "budget" / "clocks.csv"
        parser.add_argument("file", type=Path, nargs="?", default=shipped)
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")

    def put(self, row: dict[str, str], **options: Any) -> str:
        return ClockRows(ACTOR).put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_clock_import(ACTOR, file, counts)
