from typing import Any

from apps.regions import services
from apps.regions.rows import RegionRows
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_regions")


class Command(TableImportCommand):
    help = "Import regions (code, finance_code, name_zh, name_mvf, parent_code, kind, tags, phase, reports_to, ...)."

    def put(self, row: dict[str, str], **options: Any) -> str:
        return RegionRows(ACTOR).put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_import(ACTOR, "regions", file, counts)
