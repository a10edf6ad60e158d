from typing import Any

from django.core.management.base import CommandParser

from apps.budget import services
from apps.budget.basecatalogues import ROWS
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_base")


class Command(TableImportCommand):
    help = (
        "Import a base table: categories (code, name_zh, name_mvf, order, in_post, active, source), standards (region_code,"
        " kind, economic, category, nature, amount, valid_from, valid_to, verified, source), assets (region_code, item, name, nature, per_person, price,"
        " valid_from, valid_to, verified, source) or staff (region_code,"
        " unit_code, year, category, count, as_of, source)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--table", required=True, choices=list(ROWS))

    def handle(self, *args: Any, **options: Any) -> None:
        self.rows: Any = ROWS[options["table"]](ACTOR)
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        return self.rows.put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_base_import(ACTOR, options["table"], file, counts)
