"""Whether the year holds together: the ledger replayed, and the twelve published tables of everybody in the region."""

from collections.abc import Iterator

from apps.budget.models import BudgetRound, BudgetSheet
from apps.ledger.verification import verify
from apps.regions.models import Department, Unit
from apps.reports.demo.stage import Stage, Untied
from apps.reports.published.figures import figures_of
from apps.reports.published.scope import Scope, of_department, of_region, of_unit
from apps.reports.published.tables import twelve_tables
from apps.reports.published.ties import Tie, ties

MOST_NAMED = 3


def ledger_holds(stage: Stage) -> str:
    """Every invariant in the closed books and in those of next year."""
    findings = [finding for year in (stage.year, stage.year + 1) for finding in verify(stage.region.pk, year)]
    broken = [str(finding) for finding in findings if finding.count]
    if broken:
        raise Untied("; ".join(broken[:MOST_NAMED]))
    return f"{len(findings)} invariants hold in {stage.year} and {stage.year + 1}"


def tables_tie(stage: Stage) -> str:
    """The twelve tables of the region, of its departments and of its units, and those of units with the region's."""
    scopes = list(_scopes(stage))
    found = [(scope, ties(twelve_tables(figures_of(scope, stage.year)))) for scope in scopes]
    broken = [f"{scope.node}: {tie.label}" for scope, each in found for tie in each if not tie.holds]
    if broken:
        raise Untied("; ".join(broken[:MOST_NAMED]))
    _add_up(found)
    held = sum(len(each) for _scope, each in found)
    kinds = [scope.kind for scope in scopes]
    return f"{held} ties of {kinds.count('unit')} units, {kinds.count('department')} departments and the region"


def _scopes(stage: Stage) -> Iterator[Scope]:
    yield of_region(stage.region)
    for department in Department.objects.filter(region=stage.region, parent=None).order_by("code"):
        scope = of_department(stage.officer, department)
        if scope is not None:
            yield scope
    approved = BudgetSheet.objects.filter(region=stage.region).of_round(stage.year, BudgetRound.SECOND_DOWN)
    units = Unit.objects.filter(pk__in=approved.values("unit")).select_related("region", "department")
    yield from (of_unit(unit) for unit in units.order_by("code"))


def _add_up(found: list[tuple[Scope, list[Tie]]]) -> None:
    """The first tie compares what balances in all: units and departments come to the region."""
    for kind in ("unit", "department"):
        whole = next(each[0].left for scope, each in found if scope.kind == "region")
        parts = sum(each[0].left for scope, each in found if scope.kind == kind)
        if parts != whole:
            raise Untied(f"published by {kind}: {parts:,.2f}, by the region: {whole:,.2f}")
