from typing import Any

from django.core.management.base import CommandParser

from apps.regions import services
from apps.regions.rows import DepartmentRows, UnitRows
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_units")


class Command(TableImportCommand):
    help = "Import budget units (code, credit_code, name_zh, region_code, department_code, nature, ...) or departments."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--departments", action="store_true", help="the file holds departments, not units")

    def handle(self, *args: Any, **options: Any) -> None:
        self.rows = DepartmentRows(ACTOR) if options["departments"] else UnitRows(ACTOR)
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        return self.rows.put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_import(ACTOR, "departments" if options["departments"] else "units", file, counts)
