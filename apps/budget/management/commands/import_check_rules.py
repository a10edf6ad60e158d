from typing import Any

from apps.budget import services
from apps.budget.catalogues import RuleRows
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_check_rules")


class Command(TableImportCommand):
    help = (
        "Import rules of checks (code, region_code, level: own, error, warning or off, message_zh, message_mvf, basis_zh,"
        ' basis_mvf, parameters as {"tolerance": 1}, valid_from, valid_to, verified, source).'
    )

    def put(self, row: dict[str, str], **options: Any) -> str:
        return RuleRows(ACTOR).put(row)

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_rule_import(ACTOR, file, counts)
