import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.regions.models import Region
from apps.review.importing.report import ImportOrder, ImportRefused, ImportReport
from apps.review.importing.template import write_template
from apps.review.services.expertimport import import_experts
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.marking import mark

ACTOR = system_actor("import_experts")


class Command(BaseCommand):
    help = (
        "Import a file of experts (XLSX, XLS or CSV) into the pool of a region: everything or nothing, unless"
        " --partial. They wait for admission, unless --admitted. With --template, FILE is where an empty workbook is"
        " written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", help="6-digit code; by default the whole autonomous region")
        parser.add_argument("--template", action="store_true", help="write an empty workbook to FILE")
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
        parser.add_argument("--partial", action="store_true", help="import the good rows even if others are wrong")
        parser.add_argument("--admitted", action="store_true", help="admit them at once: a pool admitted elsewhere")
        parser.add_argument("--marked", type=Path, metavar="FILE", help="write the file there, its bad cells marked")
        parser.add_argument("--json", action="store_true", help="the report as one JSON line")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        if options["template"]:
            path.write_bytes(write_template())
            self.stdout.write(str(path))
            return
        try:
            order = ImportOrder(
                path,
                self.region(options["region"]),
                dry_run=options["dry_run"],
                partial=options["partial"],
                admit=options["admitted"],
            )
            report, refused = import_experts(ACTOR, order), None
        except ImportRefused as refusal:
            report, refused = refusal.report, refusal
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        if options["marked"] and report.error_count:
            mark(path, report.errors, report.letters, report.sheet, options["marked"], heads=report.heads)
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

    def say(self, report: ImportReport, good: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
            return
        for error in report.errors:
            self.stderr.write(f"{report.file} {report.place_of(error)} “{error.value}”: {error.message}")
        if report.error_count > len(report.errors):
            text = _("and %(count)s more errors") % {"count": report.error_count - len(report.errors)}
            self.stderr.write(f"{report.file}: {text}")
        if good:
            text = _("%(file)s: %(rows)s rows, %(created)s experts written down, %(same)s known already")
            counts = {"file": report.file, "rows": report.rows, "created": report.created, "same": report.same}
            self.stdout.write(text % counts)
            if report.bad_rows:
                self.stdout.write(_("%(count)s bad rows were left out.") % {"count": report.bad_rows})
