"""Budget sheets with lines, in each state they come to, and compilations."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management import call_command

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import make_actor
from apps.budget import services
from apps.budget.models import BudgetRound, BudgetSheet, Compilation, RoundPlan
from apps.budget.services import handing, reporting
from apps.budget.services.sheets import LineInput
from apps.codes.tests.factories import Codes, make_codes
from apps.lowcode.models import Case, Task
from apps.lowcode.selectors.candidates import OFFICERS
from apps.lowcode.services import tasks
from apps.lowcode.services.cases import retry_stuck
from apps.regions.models import Region, Unit
from apps.regions.tests.factories import Tree, UnitFactory, make_tree
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.testing.kept import kept
from imbudget.kit.testing.upon import kept_upon

SYSTEM = system_actor("tests")
UP = BudgetRound.FIRST_UP
SUBJECTS = {BudgetSheet: handing.SUBJECT, Compilation: reporting.SUBJECT}
FLOWS = [str(settings.BASE_DIR / "fixtures" / "flows" / f"{subject}.json") for subject in SUBJECTS.values()]


@dataclass(frozen=True, slots=True)
class World:
    """The tree, the classification and one unit in each place of the first banner's surroundings."""

    tree: Tree
    codes: Codes
    unit: Unit
    neighbour_unit: Unit
    league_unit: Unit
    far_unit: Unit


@kept
def make_world() -> World:
    """Regions, codes, four units and the default flows; no sheet and no user yet."""
    tree = make_tree()
    load_flows()
    places = (tree.banner, tree.neighbour, tree.league, tree.far_banner)
    return World(tree, make_codes(), *(UnitFactory(region=region) for region in places))


def line(codes: Codes, amount: str = "100.00", **values: Any) -> LineInput:
    """One good line for an administrative unit; any part of it may be given."""
    given: dict[str, Any] = {"function": codes.running, "department_economic": codes.wages, "fund": codes.fund}
    return LineInput(amount=Decimal(amount), **(given | values))


def clerk_of(unit: Unit) -> Actor:
    """Someone who enters the unit's lines."""
    return make_actor("unit_clerk", unit)


def head_of(unit: Unit) -> Actor:
    """Someone who hands the unit's budget in."""
    return make_actor("unit_head", unit)


def officer_of(region: Region) -> Actor:
    """The budget officer of a region."""
    return make_actor(("region_officer", "league_officer", "banner_officer")[min(region.level, 2)], region)


def load_flows() -> None:
    """The flows that sheets and reports take."""
    call_command("load_flows", *FLOWS, verbosity=0)


def fill_office(region: Region) -> None:
    """Somebody who decides there, unless somebody does already."""
    if not Post.objects.on().filter(region=region, role__in=OFFICERS).exists():
        officer_of(region)


def task_on(document: Any, officer: Actor | None = None) -> tuple[Actor, Task]:
    """The open task on a document in its flow, and its holder; `officer` must be one. A case that found nobody looks again."""
    case = Case.objects.get(subject=SUBJECTS[type(document)], document_id=document.pk, state__in=("running", "stuck"))
    if case.state == "stuck":
        fill_office(document.region if isinstance(document, BudgetSheet) else document.region.upper)
        retry_stuck(SYSTEM, case)
    found = Task.objects.filter(case=case, state="open").exclude(kind="copy").select_related("post__user")
    task = (found.filter(user=officer.user_id) if officer else found).order_by("pk")[0]
    post = Post.objects.with_nodes().select_related("user").get(pk=task.post_id)
    return officer or actor_of(post), task


def accept(document: Any, officer: Actor | None = None) -> None:
    """Sign the task that is open on a sheet or report: by whoever holds it, or by this officer."""
    holder, task = task_on(document, officer)
    tasks.approve(holder, task)


def send_back(document: Any, reason: str, officer: Actor | None = None) -> None:
    """Return a sheet or report that waits, by its task."""
    holder, task = task_on(document, officer)
    tasks.send_back(holder, task, reason=reason)


def reopen(document: Any, reason: str = "x") -> None:
    """Return an accepted sheet or report, by the officer of whoever accepted it."""
    if isinstance(document, BudgetSheet):
        services.reopen_sheet(officer_of(document.region), fresh(document), reason)
    else:
        services.reopen_report(officer_of(document.region.upper), fresh_compilation(document), reason)


@kept_upon(make_world)
def make_sheet(
    codes: Codes, unit: Unit, lines: Sequence[LineInput] | None = None, state: str = "draft", year: int | None = None
) -> BudgetSheet:
    """The unit's sheet of the first round, brought to its state by the services."""
    clerk = clerk_of(unit)
    sheet = services.open_sheet(clerk, unit, year or codes.year, UP)
    chosen = [line(codes), line(codes, "250.50", department_economic=codes.office)] if lines is None else lines
    services.save_lines(clerk, sheet, sheet.version, chosen, None)
    if state != "draft":
        fill_office(unit.region)
        services.submit_sheet(head_of(unit), fresh(sheet))
    if state == "accepted":
        accept(sheet)
    if state == "returned":
        send_back(sheet, "请核对")
    return fresh(sheet)


def fresh(sheet: BudgetSheet) -> BudgetSheet:
    """The sheet as the database has it now."""
    return BudgetSheet.objects.select_related("unit", "region", "year").get(pk=sheet.pk)


def make_compilation(codes: Codes, region: Region, state: str = "open", reason: str = "催报未果") -> Compilation:
    """The region's compilation of the first round, brought to its state by the services."""
    compilation = services.open_compilation(SYSTEM, region, codes.year, UP)
    if state != "open":
        services.compile_budget(SYSTEM, compilation, reason)
    if state in {"reported", "accepted", "returned"}:
        fill_office(region.upper)
        services.report_budget(SYSTEM, compilation)
    if state == "accepted":
        accept(compilation)
    if state == "returned":
        send_back(compilation, "请核对")
    return fresh_compilation(compilation)


def fresh_compilation(compilation: Compilation) -> Compilation:
    """The compilation as the database has it now."""
    related = ("region__parent", "region__reports_to", "snapshot")
    return Compilation.objects.select_related(*related).get(pk=compilation.pk)


def one_round(region: Region, year: int = 2027) -> RoundPlan:
    """The region's units hand in once only: its budget is approved from the first round."""
    return RoundPlan.objects.create(region=region, year_id=year, has_first_down=False, has_second_up=False)
