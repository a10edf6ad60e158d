from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from apps.regions import services
from apps.regions.models import Department, Region, UnitNature
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import RowError, TableImportCommand, day

ACTOR = system_actor("import_units")


class Command(TableImportCommand):
    help = "Import budget units (code, credit_code, name_zh, region_code, department_code, nature, ...) or departments."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--departments", action="store_true", help="the file holds departments, not units")

    def handle(self, *args: Any, **options: Any) -> None:
        self.regions = {region.code: region for region in Region.objects.all()}
        super().handle(*args, **options)

    def put(self, row: dict[str, str], **options: Any) -> str:
        region = self.regions.get(row["region_code"])
        if region is None:
            raise RowError(_("There is no region with the code %(code)s.") % {"code": row["region_code"]})
        return self.put_department(row, region) if options["departments"] else self.put_unit(row, region)

    def put_department(self, row: dict[str, str], region: Region) -> str:
        parent = self.department(region, row["parent_code"]) if row.get("parent_code") else None
        values = {"name_zh_hans": row["name_zh"], "name_mvf": row.get("name_mvf") or None, "parent": parent}
        return services.put_department(ACTOR, region, row["code"], values)

    def put_unit(self, row: dict[str, str], region: Region) -> str:
        if row["nature"] not in UnitNature.values:
            raise RowError(_("%(nature)s is not a nature of unit.") % {"nature": row["nature"]})
        values = {
            "code": row["code"],
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "region": region,
            "department": self.department(region, row["department_code"]),
            "nature": row["nature"],
            "phone": row.get("phone", ""),
            "valid_from": day(row.get("valid_from", "")),
            "valid_to": day(row.get("valid_to", "")),
        }
        return services.put_unit(ACTOR, row["credit_code"], values)

    def department(self, region: Region, code: str) -> Department:
        found = Department.objects.filter(region=region, code=code).first()
        if found is None:
            raise RowError(_("There is no department with the code %(code)s in this region.") % {"code": code})
        return found

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_import(ACTOR, "departments" if options["departments"] else "units", file, counts)
