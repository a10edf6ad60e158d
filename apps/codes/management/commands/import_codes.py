from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.codes import services
from apps.codes.models import Catalog, Code, FiscalYear
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import RowError, TableImportCommand, day

ACTOR = system_actor("import_codes")
DERIVATION = "derivation"


class Command(TableImportCommand):
    help = "Import one classification tree of one year (code, name_zh, name_mvf, parent_code, verified, source)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--catalog", required=True, choices=[*Catalog.values, DERIVATION])

    def handle(self, *args: Any, **options: Any) -> None:
        if not FiscalYear.objects.filter(pk=options["year"]).exists():
            raise CommandError(_("The year %(year)s does not exist in the system.") % {"year": options["year"]})
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        year, catalog = options["year"], options["catalog"]
        if catalog == DERIVATION:
            return self.put_derivation(row, year)
        parent = self.code(catalog, year, row["parent_code"]) if row["parent_code"] else None
        values = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "parent": parent,
            "is_verified": row.get("verified") == "1",
            "source": row.get("source", ""),
            "valid_from": day(row.get("valid_from", "")),
            "valid_to": day(row.get("valid_to", "")),
        }
        return services.put_code(ACTOR, catalog, year, row["code"], values)

    def put_derivation(self, row: dict[str, str], year: int) -> str:
        department = self.code(Catalog.DEPARTMENT_ECONOMIC, year, row["dept_code"])
        government = self.code(Catalog.GOVERNMENT_ECONOMIC, year, row["gov_code"])
        values = {"is_verified": row.get("verified") == "1", "source": row.get("source", "")}
        return services.put_derivation(ACTOR, department, row["nature"], government, values)

    def code(self, catalog: str, year: int, text: str) -> Code:
        found = Code.objects.filter(catalog=catalog, year_id=year, code=text).first()
        if found is None:
            raise RowError(_("%(code)s is not in the classification of %(year)s.") % {"code": text, "year": year})
        return found

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_import(ACTOR, f"{options['catalog']} {options['year']}", file, counts)
