"""Rules and runs of checks, for tests."""

from apps.budget import services
from apps.budget.checks import Level, check_sheet
from apps.budget.models import (
    BudgetSheet,
    CheckCount,
    CheckRule,
    CheckRun,
)
from apps.budget.tests.factories import SYSTEM, UP, World, fresh
from apps.regions.models import Region


def rule(code: str, level: str = "own", **values) -> CheckRule:
    made = CheckRule(code=code, level=level, **values)
    services.save_rule(SYSTEM, made)
    return made


def levels(sheet: BudgetSheet, code: str) -> list[Level]:
    return [finding.level for finding in check_sheet(fresh(sheet)) if finding.check == code]


def run(world: World, region: Region | None = None, round_: str = UP) -> CheckRun:
    return services.run_region_checks(SYSTEM, region or world.tree.banner, world.codes.year, round_)


def counts(made: CheckRun, code: str) -> tuple[int, int, int, int]:
    row = CheckCount.objects.get(run=made, code=code)
    return (row.errors, row.warnings, row.passed, row.uncovered)
