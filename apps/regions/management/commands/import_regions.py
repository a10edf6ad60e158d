from typing import Any

from django.utils.translation import gettext as _

from apps.regions import services
from apps.regions.models import Region, RegionKind
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import RowError, TableImportCommand, day

ACTOR = system_actor("import_regions")


class Command(TableImportCommand):
    help = "Import regions (code, finance_code, name_zh, name_mvf, parent_code, kind, tags, phase, reports_to, ...)."

    def put(self, row: dict[str, str], **options: Any) -> str:
        if row["kind"] not in RegionKind.values:
            raise RowError(_("%(kind)s is not a kind of region.") % {"kind": row["kind"]})
        values = {
            "finance_code": row["finance_code"],
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "kind": row["kind"],
            "parent": self.region(row["parent_code"]),
            "reports_to": self.region(row.get("reports_to", "")),
            "phase": int(row.get("phase") or 1),
            "valid_from": day(row.get("valid_from", "")),
            "valid_to": day(row.get("valid_to", "")),
        }
        return services.put_region(ACTOR, row["code"], values, row.get("tags", "").split())

    def region(self, code: str) -> Region | None:
        if not code:
            return None
        found = Region.objects.filter(code=code).first()
        if found is None:
            raise RowError(_("There is no region with the code %(code)s.") % {"code": code})
        return found

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        services.record_import(ACTOR, "regions", file, counts)
