"""The projects that lines of the budget name, in the library: one project from its goals to the line of next year's budget."""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Sum

from apps.budget.demo.data import ACTOR, YEAR
from apps.budget.models import BudgetLine
from apps.projects.demo import library
from apps.projects.demo.catalogue import ideas_of
from apps.projects.demo.goals import state_goals
from apps.projects.importing.report import ImportOrder
from apps.projects.services.imports import import_projects
from apps.regions.models import Region, Unit

FIRST, LAST = 2025, 2029  # years that are planned
SETUP = 2024  # the first year that the system knows
WAN = Decimal(10_000)
LEAST = Decimal(100)  # 万元 a later year is planned with
MOST = {"150100": 12, "150102": 40, "150200": 12, "150700": 12}  # projects of a region
KINDS = {"T": "特定目标类", "Y": "其他运转类"}


def load_named() -> None:
    """Bring those in that the budget being made asks for again, with goals that lack nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "named.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, library.HEADS)
            writer.writeheader()
            writer.writerows(_rows())
        import_projects(ACTOR, ImportOrder(path, Region.objects.get(parent=None), YEAR, name="预算项目.csv"))
    state_goals(ACTOR, whole=True)


def _rows() -> Iterator[dict[str, Any]]:
    for code, most in MOST.items():
        lines = BudgetLine.objects.filter(region__code=code, year__gte=FIRST).exclude(project_code="")
        sums = lines.values_list("project_code", "project_name", "unit", "year").annotate(sum=Sum("amount"))
        found: dict[tuple[str, str, int], dict[int, Decimal]] = defaultdict(dict)
        for project, name, unit, year, amount in sums.order_by("unit__code", "project_code"):
            found[project, name, unit][year] = amount
        asked = [(key, amounts) for key, amounts in found.items() if YEAR in amounts]
        units = {unit.pk: unit for unit in Unit.objects.filter(region__code=code).select_related("region")}
        for (project, name, unit), amounts in asked[:most]:
            yield _row(units[unit], project, name, amounts)


def _row(unit: Unit, code: str, name: str, amounts: dict[int, Decimal]) -> dict[str, Any]:
    first = max(FIRST, min(amounts))
    ideas = ideas_of(unit.code)
    like = next((idea for idea in ideas if idea.name == name), ideas[0])
    wan = {year: amount / WAN for year, amount in amounts.items()}
    later = max(wan[YEAR], LEAST)
    return {
        **library.row_of(unit, replace(like, name=name), first, LAST),
        "项目代码": code,
        "项目类别": KINDS[code[8]],
        "项目属性": "延续",
        "设立年度": max(SETUP, 2000 + int(code[6:8])),
        "储备状态": "储备",
        "入库日期": f"{first - 1}-11-20",
        "轻重缓急": "2",
        **{f"{year}年(万元)": wan.get(year, later) for year in range(first, LAST + 1)},
    }
