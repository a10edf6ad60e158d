"""The whole region as a demonstration: units and lines of years, made inside the database from a small catalogue.

Nothing is random: seeds are PostgreSQL's hashes of unit and line codes, which stay the same over releases because
hash partitions rest on them. Identifiers differ between two databases, what they stand for does not.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from apps.budget.demo.bulk import written_in_bulk
from apps.budget.demo.catalogue import templates
from apps.budget.demo.statements import Say, analyze, copy, run, step
from apps.budget.demo.units import NewUnit, make_units
from apps.budget.models import BudgetLine, BudgetRound, SummaryFolded
from apps.budget.services import rebuild_summary
from apps.regions.models import Region
from apps.regions.services import record_import
from imbudget.kit.actor import system_actor
from imbudget.kit.history import record_context

ACTOR = system_actor("load_demo")
YEAR = 2027
# What the triggers that stay off do: the statement gives the copied columns, totals and summary follow at the end.
TRIGGERS = {"budget_budgetline": ["budget_line_scope", "budget_lines_come"]}
DONE, COLLECTING, BEGUN = "done", "collecting", "begun"
# Percent of the compiled year's sheets that are accepted, submitted, returned, draft; the others are missing.
STAGES = {DONE: (97, 0, 0, 0), COLLECTING: (40, 36, 6, 11), BEGUN: (4, 24, 4, 56)}
# How far each league's banners are: all have reported, every second one has, all collect, all have just begun.
ALL_DONE = frozenset({"01", "03", "09"})
HALF_DONE = frozenset({"02", "05", "29"})
JUST_BEGUN = frozenset({"07", "25"})


@dataclass(frozen=True, slots=True)
class Size:
    """How much: units, the average of lines a unit and year, and years up to the compiled one."""

    units: int = 15_000
    lines: int = 60
    years: int = 5

    @property
    def all_years(self) -> range:
        return range(YEAR - self.years + 1, YEAR + 1)


@transaction.atomic
def fill(size: Size, say: Say) -> int:
    """Units, sheets and lines of all years; returns the lines. Regions and the years' classifications are there."""
    record_context(None, "", "load_demo")
    with step(say, f"{size.units} units"):
        made = make_units(size.units)
        record_import(ACTOR, "units", "", {"created": len(made)})
    with step(say, "which lines each unit has"):
        _prepare(made, size)
    with step(say, "sheets"):
        for year in size.all_years:
            run("sheets", year=year, round=round_of(year), mixed=year == YEAR)
    return _write_lines(size.all_years, say)


def _write_lines(years: Iterable[int], say: Say) -> int:
    lines = 0
    with written_in_bulk(_tables(), TRIGGERS):
        for year in years:
            with step(say, f"lines of {year}"):
                lines += run("lines", year=year, round=round_of(year))
        with step(say, "totals and summary"):
            run("totals")
            run("declared", year=YEAR)
            rebuild_summary()
        began = time.monotonic()
    say(f"indexes and constraints: {time.monotonic() - began:.1f} s")
    return lines


def round_of(year: int) -> str:
    """Past years stand as they were approved, the compiled one as it is handed in."""
    return BudgetRound.FIRST_UP if year == YEAR else BudgetRound.SECOND_DOWN


def stage_of(region: Region) -> str:
    """How far a region's own units are with the compiled year."""
    league, last_digit = region.code[2:4], int(region.code[-1])
    if league in ALL_DONE or (league in HALF_DONE and region.level > 1 and last_digit % 2 == 0):
        return DONE
    return BEGUN if league in JUST_BEGUN else COLLECTING


def _tables() -> list[str]:
    history: Any = BudgetLine.history.model  # type: ignore[attr-defined]
    return [model._meta.db_table for model in (BudgetLine, history, SummaryFolded)]


def _prepare(made: list[NewUnit], size: Size) -> None:
    run("tables")
    copy("demo_unit", (_facts(new) for new in made))
    copy("demo_template", templates())
    copy("demo_stage", ((stage, *percents) for stage, percents in STAGES.items()))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE demo_unit SET seed = hashtextextended(region_code || serial::text || body, 0)")
    analyze("demo_unit", "demo_template", "regions_unit", "codes_code", "codes_economicderivation")
    run("slots", year=YEAR, lines=size.lines, phases=1 + size.lines // 50)
    run("codes", year=YEAR)
    analyze("demo_slot", "demo_code")


def _facts(new: NewUnit) -> tuple[Any, ...]:
    region = new.place.region
    place = region.code, new.place.level, sorted(new.place.sorts)
    return new.unit.pk, new.serial, 0, new.body.key, *place, new.unit.nature, *new.body.staff, stage_of(region)
