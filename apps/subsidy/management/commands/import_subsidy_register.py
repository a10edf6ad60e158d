from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.regions.models import Region
from apps.subsidy.importing.columns import FILES
from apps.subsidy.services.registers import RegisterRefused, import_register
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("import_subsidy_register")


class Command(BaseCommand):
    help = "Import places, households, members, parcels, violations or persons (dead, employed) from CSV or XLSX."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", choices=[name for name in FILES if name != "roster"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", help="division code; without it the codes in the file say the region")

    def handle(self, *args: Any, **options: Any) -> None:
        region = None
        if options["region"]:
            region = Region.objects.filter(code=options["region"]).first()
            if region is None:
                raise CommandError(f"no region {options['region']}")
        try:
            report = import_register(ACTOR, options["register"], options["file"], region)
        except RegisterRefused as refusal:
            for number, message in refusal.report.errors:
                self.stderr.write(f"{options['file'].name} {number}: {message}")
            raise CommandError(str(refusal)) from refusal
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['file'].name}: rows {report.rows}, written {report.written}")
