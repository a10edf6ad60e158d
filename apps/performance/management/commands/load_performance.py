import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from apps.performance.models.scheme import WEIGHTS
from apps.performance.services.framework import load_framework, load_schedules
from apps.performance.services.schemes import put_scheme
from imbudget.kit.actor import system_actor

ACTOR = system_actor("load_performance")
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "performance"


class Command(BaseCommand):
    help = "Load schemes, framework and schedules of fixtures/performance; a second run changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        with (FOLDER / "schemes.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                values: dict[str, Any] = {name: Decimal(row[name]) for name in WEIGHTS}
                values |= {"name_zh_hans": row["name_zh"], "name_mvf": row["name_mn"] or None}
                values |= {"source": row["source"], "is_verified": row["verified"] == "1"}
                put_scheme(ACTOR, None, row["kind"], int(row["valid_from"]), values)
        load_framework(ACTOR, _rows("framework.csv"), _rows("framework_points.csv"))
        load_schedules(ACTOR, _rows("schedules.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
