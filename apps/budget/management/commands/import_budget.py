import json
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.budget import services
from apps.budget.importreport import ImportOrder, ImportRefused, ImportReport
from apps.budget.marking import mark
from apps.budget.models import BudgetRound
from apps.codes.selectors import year_being_compiled
from apps.regions.models import Region
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("import_budget")


class Command(BaseCommand):
    help = "Import budget workbooks (XLSX, XLSM, XLS or CSV); each file whole or not at all, unless --partial."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--region", help="6-digit code; by default the digits that the file's name begins with")
        parser.add_argument("--year", type=int, help="by default the year being compiled")
        parser.add_argument("--round", default=BudgetRound.FIRST_UP, choices=BudgetRound.values)
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
        parser.add_argument("--partial", action="store_true", help="import the good rows even if others are wrong")
        parser.add_argument(
            "--marked", type=Path, metavar="DIR", help="write refused workbooks there, bad cells marked"
        )
        parser.add_argument("--json", action="store_true", help="one JSON line a file")

    def handle(self, *args: Any, **options: Any) -> None:
        bad = sum(not self.import_file(path, options) for path in options["files"])
        if bad:
            raise CommandError(_("%(count)s files were not imported.") % {"count": bad})

    def import_file(self, path: Path, options: dict[str, Any]) -> bool:
        try:
            order = ImportOrder(
                path,
                self.region(path, options["region"]),
                options["year"] or year_being_compiled(),
                options["round"],
                dry_run=options["dry_run"],
                partial=options["partial"],
            )
            report, good = services.import_workbook(ACTOR, order), True
        except ImportRefused as refusal:
            report, good = refusal.report, False
        except RuleViolation as error:
            self.stderr.write(f"{path.name}: {error}")
            return False
        if options["marked"] and report.error_count:
            self.mark(path, report, options["marked"])
        self.say(report, good, options["json"])
        return good

    def mark(self, path: Path, report: ImportReport, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        goal = folder / f"{path.stem}.xlsx"
        mark(path, report.errors, report.letters, report.sheet, goal, report.notes)

    def region(self, path: Path, code: str | None) -> Region:
        digits = re.match(r"\d{6}", path.name)
        wanted = code or (digits.group() if digits else "")
        region = Region.objects.filter(code=wanted).first()
        if region is None:
            raise RuleViolation(
                _("Name the region with --region: no region has the code “%(code)s”.") % {"code": wanted}
            )
        return region

    def say(self, report: ImportReport, good: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
            return
        for note in report.notes:
            self.stderr.write(f"{report.file}: {note.text}")
        for error in report.errors:
            words = error.as_json(report.letters)
            place = words["cell"] or f"{words['row']} {words['column']}"
            self.stderr.write(f"{report.file} {place} “{words['value']}”: {words['message']}")
        if report.error_count > len(report.errors):
            text = _("and %(count)s more errors") % {"count": report.error_count - len(report.errors)}
            self.stderr.write(f"{report.file}: {text}")
        for unit, reason in report.not_handed_in:
            self.stderr.write(f"{report.file} {unit}: {reason}")
        if good:
            text = _("%(file)s: %(rows)s rows, %(units)s units, %(total)s yuan")
            total = f"{report.total:,.2f}"
            self.stdout.write(text % {"file": report.file, "rows": report.rows, "units": report.units, "total": total})
            if report.bad_rows:
                self.stdout.write(_("%(count)s bad rows were left out.") % {"count": report.bad_rows})
