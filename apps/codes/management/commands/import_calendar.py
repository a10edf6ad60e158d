from typing import Any

from apps.codes import services
from apps.codes.rows import CalendarRows
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_calendar")


class Command(TableImportCommand):
    help = (
        "Import holidays, make-up working days and local holidays "
        "(day, region_code, kind, name_zh, name_mvf, source); a day that stands there already is changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.rows = CalendarRows(ACTOR)
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        return self.rows.put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_import(ACTOR, "calendar", file, counts)
