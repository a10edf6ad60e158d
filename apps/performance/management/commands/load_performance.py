import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.performance.goalcatalogues import GoalRuleRows, IndicatorRows, SetRows
from apps.performance.models import GoalRule, IndicatorSet, LibraryIndicator, Scheme
from apps.performance.models.scheme import WEIGHTS
from apps.performance.selectors.changed import by_people, items_by_people, schedules_by_people
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
        " of fixtures/performance; a second run changes nothing, and what people have changed stays and is named."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "parts", nargs="*", default=[], help="schemes, sets, indicators, goal_rules, framework; all without one"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        parts: dict[str, Callable[[], Callable[[dict[str, str]], str]]] = {
            "schemes": lambda: partial(_put_scheme, by_people(Scheme)),
            "sets": lambda: SetRows(ACTOR, by_people(IndicatorSet)).put,
            # It knows the sets that were loaded before.
            "indicators": lambda: IndicatorRows(ACTOR, by_people(LibraryIndicator)).put,
            "goal_rules": lambda: GoalRuleRows(ACTOR, by_people(GoalRule)).put,
        }
        for name, begin in parts.items():
            if not options["parts"] or name in options["parts"]:
                self._load(name, begin())
        if not options["parts"] or "framework" in options["parts"]:
            points = list(_rows("framework_points"))
            self._tell("framework", load_framework(ACTOR, list(_rows("framework")), points, items_by_people()))
            self._tell("schedules", load_schedules(ACTOR, list(_rows("schedules")), schedules_by_people()))

    def _load(self, name: str, put: Callable[[dict[str, str]], str]) -> None:
        apart = []
        for number, row in enumerate(_rows(name), 2):
            try:
                if put(row) == "kept":
                    apart.append(row.get("code") or f"{row['kind']} {row['valid_from']}")
            except (RowError, RuleViolation) as error:
                raise CommandError(f"{name}.csv {number}: {error}") from error
        self._tell(name, apart)

    def _tell(self, name: str, apart: Sequence[str]) -> None:
        if apart:
            self.stdout.write(f"{name}: changed here, differs from what is shipped, left as it is: {', '.join(apart)}")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _put_scheme(kept: Collection[int], row: dict[str, str]) -> str:
    values: dict[str, Any] = {name: Decimal(row[name]) for name in WEIGHTS}
    values |= {"name_zh_hans": row["name_zh"], "name_mvf": row["name_mn"] or None}
    values |= {"source": row["source"], "is_verified": row["verified"] == "1"}
    key = {"region": None, "kind": row["kind"], "valid_from": int(row["valid_from"])}
    return put_scheme(ACTOR, key, values, kept)
