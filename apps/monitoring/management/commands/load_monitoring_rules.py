import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.lowcode.jsontext import read_json
from apps.monitoring.catalogues import CurveRows, ViolationRows
from apps.monitoring.services import loading
from apps.regions.models import Region
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("load_monitoring_rules")
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "monitoring"


class Command(BaseCommand):
    help = "Put the monitoring rules of fixtures/monitoring into force for the whole region, with types of violation and curves; a second run changes nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=FOLDER / "rules.json")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        root = Region.objects.filter(parent=None).order_by("code").first()
        if root is None:
            raise CommandError(_("Load the regions first."))
        for name, rows in (("violations.csv", ViolationRows(ACTOR)), ("curves.csv", CurveRows(ACTOR))):
            for row in self._rows(name):
                rows.put(row)
        try:
            counts = loading.load_rules(ACTOR, root, read_json(options["file"].read_bytes()))
        except (OSError, RuleViolation) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
