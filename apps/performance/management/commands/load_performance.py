import csv
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.performance.goalcatalogues import GoalRuleRows, IndicatorRows, SetRows
from apps.performance.models.scheme import WEIGHTS
from apps.performance.services.framework import load_framework, load_schedules
from apps.performance.services.schemes import put_scheme
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tableimport import RowError

ACTOR = system_actor("load_performance")
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "performance"


class Command(BaseCommand):
    help = (
        "Load the schemes and the framework of evaluation, the library of indicators, the rules of checks and the schedules"
        " of fixtures/performance; a second run changes nothing."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "parts", nargs="*", default=[], help="schemes, sets, indicators, goal_rules, framework; all without one"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        parts: dict[str, Callable[[], Callable[[dict[str, str]], Any]]] = {
            "schemes": lambda: _put_scheme,
            "sets": lambda: SetRows(ACTOR).put,
            "indicators": lambda: IndicatorRows(ACTOR).put,  # it knows the sets that were loaded before
            "goal_rules": lambda: GoalRuleRows(ACTOR).put,
        }
        for name, begin in parts.items():
            if not options["parts"] or name in options["parts"]:
                put = begin()
                for number, row in enumerate(_rows(name), 2):
                    try:
                        put(row)
                    except (RowError, RuleViolation) as error:
                        raise CommandError(f"{name}.csv {number}: {error}") from error
        if not options["parts"] or "framework" in options["parts"]:
            load_framework(ACTOR, list(_rows("framework")), list(_rows("framework_points")))
            load_schedules(ACTOR, list(_rows("schedules")))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _put_scheme(row: dict[str, str]) -> None:
    values: dict[str, Any] = {name: Decimal(row[name]) for name in WEIGHTS}
    values |= {"name_zh_hans": row["name_zh"], "name_mvf": row["name_mn"] or None}
    values |= {"source": row["source"], "is_verified": row["verified"] == "1"}
    put_scheme(ACTOR, None, row["kind"], int(row["valid_from"]), values)
