"""The whole region as a demonstration: units and lines of years, made inside the database from a small catalogue.

Nothing is random: seeds are PostgreSQL's hashes of unit and line codes, which stay the same over releases because
hash partitions rest on them. Identifiers differ between two databases, what they stand for does not.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from apps.budget.demo.bulk import written_in_bulk
from apps.budget.demo.catalogue import templates
from apps.budget.demo.units import NewUnit, Place, make_units
from apps.budget.models import BudgetLine, BudgetRound, SummaryFolded
from apps.budget.services import rebuild_summary
from apps.regions.services import record_import
from imbudget.kit.actor import system_actor
from imbudget.kit.history import record_context

ACTOR = system_actor("load_demo")
SQL = Path(__file__).parent / "sql"
YEAR = 2027
# What the triggers that stay off do: the statement gives the copied columns, totals and summary follow at the end.
TRIGGERS = {"budget_budgetline": ["budget_line_scope", "budget_lines_come"]}
# How far the leagues are with the compiled year, in the order of their codes; in percent of sheets, the rest is missing.
STAGES = {
    "done": (97, 0, 0, 0),
    "handed_in": (70, 26, 1, 1),
    "collecting": (38, 34, 8, 14),
    "begun": (4, 22, 4, 52),
}
LEAGUE_STAGES = ("done", "done", "handed_in", "done", "collecting", "handed_in", "collecting", "begun", "collecting")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much: units, the average of lines a unit and year, and years up to the compiled one."""

    units: int = 15_000
    lines: int = 60
    years: int = 5

    @property
    def all_years(self) -> range:
        return range(YEAR - self.years + 1, YEAR + 1)


@contextmanager
def step(say: Say, name: str) -> Iterator[None]:
    """Says what was done and how long it took."""
    began = time.monotonic()
    yield
    say(f"{name}: {time.monotonic() - began:.1f} s")


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
            _run("sheets", year=year, round=round_of(year), mixed=year == YEAR)
    with written_in_bulk(_tables(), TRIGGERS):
        lines = sum(_lines_of(year, say) for year in size.all_years)
        with step(say, "totals and summary"):
            _run("totals")
            _run("declared", year=YEAR)
            rebuild_summary()
        began = time.monotonic()
    say(f"indexes and constraints: {time.monotonic() - began:.1f} s")
    return lines


def round_of(year: int) -> str:
    """Past years stand as they were approved, the compiled one as it is handed in."""
    return BudgetRound.FIRST_UP if year == YEAR else BudgetRound.SECOND_DOWN


def stage_of(place: Place) -> str:
    """How far a region is with the compiled year: its league's stage; the autonomous region's own units collect."""
    if place.level == 0:
        return "collecting"
    return LEAGUE_STAGES[int(place.region.code[2:4]) % len(LEAGUE_STAGES)]


def _tables() -> list[str]:
    models: list[Any] = [BudgetLine, BudgetLine.history.model, SummaryFolded]  # type: ignore[attr-defined]
    return [model._meta.db_table for model in models]


def _lines_of(year: int, say: Say) -> int:
    with step(say, f"lines of {year}"):
        return _run("lines", year=year, round=round_of(year))


def _prepare(made: list[NewUnit], size: Size) -> None:
    _run("tables")
    _copy("demo_unit", [_facts(new) for new in made])
    _copy("demo_template", templates())
    _copy("demo_stage", [(stage, *percents) for stage, percents in STAGES.items()])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE demo_unit SET seed = hashtextextended(region_code || serial::text || body, 0)")
        # Nobody else can see these rows yet, autovacuum neither.
        cursor.execute("ANALYZE demo_unit, demo_template, regions_unit, codes_code, codes_economicderivation")
    _run("slots", year=YEAR, lines=size.lines, phases=1 + size.lines // 50)
    _run("codes", year=YEAR)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE demo_slot, demo_code")


def _facts(new: NewUnit) -> tuple[Any, ...]:
    region = new.place.region
    place = region.code, new.place.level, sorted(new.place.sorts)
    return new.unit.pk, new.serial, 0, new.body.key, *place, new.unit.nature, *new.body.staff, stage_of(new.place)


def _copy(table: str, values: Any) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _run(name: str, **values: Any) -> int:
    """Runs a statement of this package; returns the rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"), values or None)
        return cursor.rowcount
