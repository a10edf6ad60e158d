import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.regions import services
from imbudget.kit.actor import system_actor
from imbudget.kit.tableimport import day

ACTOR = system_actor("load_rollout")
FILE = Path(settings.BASE_DIR) / "fixtures" / "rollout_phases.json"


class Command(BaseCommand):
    help = "Load the phases of the roll-out with the modules they open; no region is switched on by that. A second run changes nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=FILE)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = json.loads(options["file"].read_text(encoding="utf-8"))
            counts = Counter(self._put(row) for row in rows)
        except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))

    def _put(self, row: dict[str, Any]) -> str:
        values = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mn") or None,
            "starts_on": day(row.get("starts_on", "")),
            "modules": row["modules"],
            "basis": row.get("basis", ""),
        }
        return services.put_phase(ACTOR, row["number"], values)
