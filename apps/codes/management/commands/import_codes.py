from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.codes import services
from apps.codes.models import Catalog, FiscalYear
from apps.codes.rows import RULE_ROWS, CodeRows
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import TableImportCommand

ACTOR = system_actor("import_codes")


class Command(TableImportCommand):
    help = (
        "Import one classification tree of one year (code, name_zh, name_mvf, parent_code, verified, source), or its "
        "derivation (dept_code, nature, gov_code), watched codes (code, item) or fund rules (function_code, fund_code)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--catalog", required=True, choices=[*Catalog.values, *RULE_ROWS])

    def handle(self, *args: Any, **options: Any) -> None:
        if not FiscalYear.objects.filter(pk=options["year"]).exists():
            raise CommandError(_("The year %(year)s does not exist in the system.") % {"year": options["year"]})
        self.rows: Any = RULE_ROWS.get(options["catalog"], CodeRows)(ACTOR)
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        return self.rows.put({**row, "year": str(options["year"]), "catalog": options["catalog"]})

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_import(ACTOR, f"{options['catalog']} {options['year']}", file, counts)
