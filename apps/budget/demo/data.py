"""Loading the demonstration's files through the same commands and services as real ones."""

import csv
import tempfile
from collections.abc import Callable
from datetime import date
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from apps.budget import services
from apps.budget.demo.acting import officer
from apps.budget.models import BudgetRound, BudgetSheet, Compilation, SheetState
from apps.budget.services.imports import ImportOrder
from apps.codes.models import Catalog, FiscalYear, YearState
from apps.codes.services import copy_classification, put_year
from apps.regions.models import Region, RegionTag
from apps.regions.services import put_old_code
from imbudget.kit.actor import Actor, system_actor

FIXTURES = settings.BASE_DIR / "fixtures"
DEMO = FIXTURES / "demo"
ACTOR = system_actor("load_demo")
YEAR = 2027
HISTORY = (2024, 2025, 2026)
REASON = "催报后仍未报送,先行汇总"
Say = Callable[[str], None]


def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_basics() -> None:
    """Regions, departments, units, years, classifications and the working-day calendar."""
    load_places()
    load_calendar()
    _command("import_units", FIXTURES / "departments.csv", departments=True)
    _command("import_units", FIXTURES / "units.csv")
    load_classification(range(min(HISTORY), YEAR + 1))
    load_base_tables()
    _command("import_base", FIXTURES / "budget" / "demo_staff.csv", table="staff")
    load_project_basics()


def load_base_tables() -> None:
    """Staff categories, the standards that basic expenditure is computed by, and the rules of checks."""
    for name, table in (("staff_categories", "categories"), ("standards", "standards")):
        _command("import_base", FIXTURES / "budget" / f"{name}.csv", table=table)
    _command("import_check_rules", FIXTURES / "budget" / "check_rules.csv")


def load_project_basics() -> None:
    """The catalogues and settings of the project library, the flows that its documents take, and forms."""
    for table in ("categories", "tags", "settings"):
        _command("import_project_catalogue", FIXTURES / "projects" / f"{table}.csv", table=table)
    call_command("load_flows", verbosity=0)
    call_command("load_forms", verbosity=0)


def load_places() -> None:
    """The real divisions with their tags and old codes."""
    for row in _rows("region_tags.csv"):
        names = {"name_zh_hans": row["name_zh"], "name_mvf": row["name_mvf"] or None}
        RegionTag.objects.update_or_create(code=row["code"], defaults=names)
    _command("import_regions", FIXTURES / "regions.csv")
    for row in _rows("region_code_changes.csv"):
        region = Region.objects.get(code=row["region_code"])
        put_old_code(
            ACTOR, region, row["old_code"], row["old_name"], date.fromisoformat(row["valid_to"]), row["document"]
        )


def load_calendar() -> None:
    """Holidays and make-up days, by which deadlines are counted, and the terms set by law."""
    _command("import_calendar", FIXTURES / "calendar.csv")
    call_command("load_clocks", verbosity=0)


def load_classification(years: range) -> None:
    """The fiscal years, and the same classification in each of them; a year that the file does not name is closed."""
    told = {int(row["year"]): row for row in _rows("fiscal_years.csv")}
    for year in years:
        row = told.get(year, {"state": YearState.CLOSED, "compiling": "0"})
        put_year(ACTOR, year, {"state": row["state"], "compiling": row["compiling"] == "1"})
    for catalog in Catalog:
        _command("import_codes", FIXTURES / "codes" / f"{catalog}.csv", year=YEAR, catalog=str(catalog))
    _command("import_codes", FIXTURES / "codes" / "economic_map.csv", year=YEAR, catalog="derivation")
    for rules in ("watched", "fund_rule"):
        _command("import_codes", FIXTURES / "codes" / f"{rules}.csv", year=YEAR, catalog=rules)
    for year in years:
        if year != YEAR:
            copy_classification(ACTOR, YEAR, year)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # all of it happens in one transaction, which autovacuum cannot see into


def load_history() -> None:
    """Three approved years; a closed one is opened for the moment of its import."""
    for year in HISTORY:
        state = FiscalYear.objects.values_list("state", flat=True).get(pk=year)
        put_year(ACTOR, year, {"state": YearState.OPEN})
        with (DEMO / "history" / f"{year}.csv").open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for code, rows in groupby(reader, key=lambda row: row["行政区划"]):
                _import_history(code, list(rows), list(reader.fieldnames or []), year)
        put_year(ACTOR, year, {"state": state})


def _import_history(code: str, rows: list[dict[str, str]], heads: list[str], year: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{code}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, heads)
            writer.writeheader()
            writer.writerows(rows)
        region = Region.objects.get(code=code)
        order = ImportOrder(path, region, year, BudgetRound.SECOND_DOWN, goal=SheetState.ACCEPTED)
        services.import_workbook(ACTOR, order)


def load_workbooks(say: Say) -> None:
    """The workbooks that the demonstration's units handed in for the year being compiled."""
    for path in sorted((DEMO / "workbooks").iterdir()):
        region = Region.objects.get(code=path.name[:6])
        report = services.import_workbook(officer(region), ImportOrder(path, region, YEAR, BudgetRound.FIRST_UP))
        say(f"{path.name}: {report.rows} rows, {report.units} units, {report.total:,.2f} yuan")


def play_rounds() -> None:
    """Hohhot reports everything to the region, Baotou's banners wait at their city, Hulunbuir is still collecting."""
    for league, reports in (("150100", True), ("150200", False)):
        city = Region.objects.get(code=league)
        for banner in city.get_children().filter(units__isnull=False).distinct():
            compile_region(banner)
        if reports:
            compile_region(city)
    services.fold_summary()


def take_in(region: Region, year: int, round_: str) -> None:
    """The region's officer accepts every sheet that waits."""
    actor = officer(region)
    waiting = BudgetSheet.objects.filter(region=region, state=SheetState.SUBMITTED).of_round(year, round_)
    for sheet in waiting.select_related("unit", "year"):
        services.accept_sheet(actor, sheet)


def answer(actor: Actor, reports: QuerySet[Compilation]) -> None:
    """The officer of the region above accepts those of the reports that wait."""
    for report in reports.filter(state="reported").select_related("region"):
        services.receive_report(actor, report)


def compile_region(region: Region, year: int = YEAR, round_: str = BudgetRound.FIRST_UP, reason: str = REASON) -> None:
    """The region's officer takes in what waits, compiles what is there and reports it where there is somebody to report to."""
    actor = officer(region)
    take_in(region, year, round_)
    answer(actor, Compilation.objects.filter(region__parent=region, year=year, round=round_))
    compilation = services.open_compilation(actor, region, year, round_)
    services.compile_budget(actor, compilation, reason)
    if region.upper is not None:
        services.report_budget(actor, compilation)


def _command(name: str, path: Path, **options: object) -> None:
    call_command(name, str(path), verbosity=0, **options)
