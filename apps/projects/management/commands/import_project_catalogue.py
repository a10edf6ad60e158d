from typing import Any

from django.core.management.base import CommandParser

from apps.projects.catalogues import ROWS
from apps.projects.services.catalogues import record_import
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_project_catalogue")


class Command(TableImportCommand):
    help = (
        "Import a catalogue of the project library: categories (code, name_zh, name_mvf, parent_code, active, source),"
        " tags (code, name_zh, name_mvf, valid_from, valid_to, source) or settings of regions (region_code,"
        " code_pattern, review_threshold, evaluation_threshold, mongolian, source)."
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
        record_import(ACTOR, options["table"], file, counts)
