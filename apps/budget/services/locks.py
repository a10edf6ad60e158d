"""The order of locks: case, upper region's compilation, own compilation, sheet, line; a sheet, then the control figures it keeps within."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.budget.models import BudgetRound, BudgetSheet, Compilation, ControlFigure
from apps.budget.selectors.plans import without_round
from apps.codes.models import FiscalYear, YearState
from apps.regions.models import Region
from imbudget.kit.errors import RuleViolation


def lock_compilation(region_id: int, year: int, round_: str) -> Compilation:
    """The region's compilation of the round, made when missing, locked until the transaction ends."""
    league_id = Region.objects.values_list("league_id", flat=True).get(pk=region_id)
    Compilation.objects.get_or_create(
        region_id=region_id, year_id=year, round=round_, defaults={"league_id": league_id}
    )
    locked = Compilation.objects.select_for_update(of=("self",), no_key=True).select_related("region")
    return locked.get(region_id=region_id, year_id=year, round=round_)


def lock_sheet(sheet: BudgetSheet) -> None:
    """Lock the sheet's row and read anew what other acts move: no line changes between a check and its act."""
    BudgetSheet.objects.select_for_update(of=("self",), no_key=True).get(pk=sheet.pk)
    sheet.refresh_from_db(fields=["state", "total", "declared_total", "version"])


def hold_figures(sheet_ids: Iterable[int]) -> None:
    """Keep the control figures of second submissions as they are while the sheets are checked and handed in."""
    sheets = BudgetSheet.objects.filter(pk__in=list(sheet_ids), round=BudgetRound.SECOND_UP).order_by()
    units = list(sheets.values_list("unit_id", "year_id"))
    if units:
        figures = ControlFigure.objects.issued().filter(
            unit_id__in=[unit for unit, _year in units], year_id__in={year for _unit, year in units}
        )
        list(figures.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))


def refuse_unknown_year(year: int) -> None:
    """Nothing begins in a year that the system administrator has not opened."""
    if not FiscalYear.objects.filter(pk=year).exists():
        raise RuleViolation(_("The year %(year)s does not exist in the system.") % {"year": year})


def refuse_closed_year(year: int) -> None:
    """A closed year is read-only: nothing in it begins, moves or is taken back."""
    if FiscalYear.objects.filter(pk=year, state=YearState.CLOSED).exists():
        raise RuleViolation(_("The year %(year)s is closed.") % {"year": year})


def refuse_round_not_run(region_ids: Iterable[int], year: int, round_: str) -> None:
    """Some places run one submission only: nothing begins in a round that is not in the region's timetable."""
    without = without_round(region_ids, year, round_)
    if without:
        values = {"round": BudgetRound(round_).label, "region": Region.objects.get(pk=min(without)), "year": year}
        raise RuleViolation(_("%(region)s does not run the round “%(round)s” in %(year)s.") % values)
