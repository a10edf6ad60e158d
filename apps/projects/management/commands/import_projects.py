import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.codes.selectors import year_being_compiled
from apps.projects.importing.report import ImportOrder, ImportRefused, ImportReport
from apps.projects.importing.template import write_template
from apps.projects.services.imports import import_projects
from apps.regions.models import Region
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.marking import mark

ACTOR = system_actor("import_projects")


class Command(BaseCommand):
    help = (
        "Import a file of projects (XLSX, XLS or CSV): everything or nothing, unless --partial. The same file twice"
        " changes nothing. With --template, FILE is where an empty workbook is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", help="6-digit code; by default the whole autonomous region, rows name theirs")
        parser.add_argument(
            "--year", type=int, help="year of set-up of rows that name none; by default the compiled one"
        )
        parser.add_argument("--template", action="store_true", help="write an empty workbook to FILE")
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
        parser.add_argument("--partial", action="store_true", help="import the good rows even if others are wrong")
        parser.add_argument("--marked", type=Path, metavar="FILE", help="write the file there, its bad cells marked")
        parser.add_argument("--json", action="store_true", help="the report as one JSON line")

    def handle(self, *args: Any, **options: Any) -> None:
        path, year = options["file"], options["year"] or year_being_compiled()
        if options["template"]:
            path.write_bytes(write_template(year))
            self.stdout.write(str(path))
            return
        try:
            order = ImportOrder(
                path, self.region(options["region"]), year, dry_run=options["dry_run"], partial=options["partial"]
            )
            report, refused = import_projects(ACTOR, order), None
        except ImportRefused as refusal:
            report, refused = refusal.report, refusal
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        if options["marked"] and report.error_count:
            self.mark(path, report, options["marked"])
        self.say(report, refused is None, options["json"])
        if refused is not None:
            raise CommandError(str(refused))

    def region(self, code: str | None) -> Region:
        found = Region.objects.filter(code=code) if code else Region.objects.filter(parent=None).order_by("code")
        region = found.first()
        if region is None:
            raise RuleViolation(
                _("Name the region with --region: no region has the code “%(code)s”.") % {"code": code or ""}
            )
        return region

    def mark(self, path: Path, report: ImportReport, goal: Path) -> None:
        goal.parent.mkdir(parents=True, exist_ok=True)
        mark(path, report.errors, report.letters, report.sheet, goal, report.notes, report.heads)

    def say(self, report: ImportReport, good: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
            return
        for note in report.notes:
            self.stderr.write(f"{report.file}: {note.text}")
        for error in report.errors:
            self.stderr.write(f"{report.file} {report.place_of(error)} “{error.value}”: {error.message}")
        if report.error_count > len(report.errors):
            text = _("and %(count)s more errors") % {"count": report.error_count - len(report.errors)}
            self.stderr.write(f"{report.file}: {text}")
        if good:
            text = _("%(file)s: %(rows)s rows, %(created)s projects made, %(same)s known already, %(total)s yuan")
            counts = {"file": report.file, "rows": report.rows, "created": report.created, "same": report.same}
            self.stdout.write(text % (counts | {"total": f"{report.total:,.2f}"}))
            if report.bad_rows:
                self.stdout.write(_("%(count)s bad rows were left out.") % {"count": report.bad_rows})
