from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.review.catalogues import FIELDS, ROWS
from apps.review.services.rules import record_import
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("load_review_catalogue")


class Command(TableImportCommand):
    help = (
        "Load a table of the reviews; without a file the shipped fields of expertise, a second run changes nothing."
        " Tables: fields (code, name_zh, name_mvf, active), rules (region_code, kind, category_code, least, only_new,"
        " source), settings (region_code, panel_size, trim_from, outlier_share, pass_mark, cooling_draws, answer_days,"
        " scoring_days, objection_days, source), publicity (region_code, kind, days, counting, source)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        shipped = Path(settings.BASE_DIR) / "fixtures" / "review" / "fields.csv"
        parser.add_argument("file", type=Path, nargs="?", default=shipped)
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
        parser.add_argument("--table", choices=list(ROWS), default=FIELDS)

    def handle(self, *args: Any, **options: Any) -> None:
        self.rows: Any = ROWS[options["table"]](ACTOR)
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        return self.rows.put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        record_import(ACTOR, options["table"], file, counts)
