"""Goals, procurement and assets behind project lines: what is found, what cannot be looked at, and their screens."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from apps.budget import screens, services
from apps.budget.calculationchecks import GOALS, LISTED, WITHIN_STANDARD
from apps.budget.checks import run_checks
from apps.budget.models import AssetStandard, BudgetSheet, StaffCategory
from apps.budget.selectors.assets import asset_standards
from apps.budget.tests.checking import counts, rule, run
from apps.budget.tests.factories import SYSTEM, World, clerk_of, fresh, line, make_sheet
from apps.budget.tests.rows import make_category, make_staff
from apps.codes import services as codes_services
from apps.codes.models import Catalog, Code
from apps.projects.models import CostLine, GoalIndicator, IndicatorKind, Project, ProjectKind
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
K = IndicatorKind


@pytest.fixture
def project(world: World) -> Project:
    return ProjectFactory(unit=world.unit, stored=True, total=Decimal("900000.00"))


@pytest.fixture
def computer(world: World) -> Code:
    codes_services.put_code(SYSTEM, Catalog.PROCUREMENT, world.codes.year, "A", {"name_zh_hans": "货物"})
    upper = Code.objects.get(code="A", catalog=Catalog.PROCUREMENT)
    values = {"name_zh_hans": "台式计算机", "parent": upper}
    codes_services.put_code(SYSTEM, Catalog.PROCUREMENT, world.codes.year, "A02010105", values)
    return Code.objects.get(code="A02010105")


def state(project: Project, *kinds: str) -> None:
    for number, kind in enumerate(kinds, project.goals.count() + 1):
        GoalIndicator.objects.create(
            project=project, number=number, kind=kind, content="指标", nature="at_least", value="95"
        )


def cost(world: World, project: Project, **values: Any) -> CostLine:
    given: dict[str, Any] = {"content": "台式机", "quantity": 10, "measure": "台", "price": "4500.00"}
    given |= {"function": world.codes.managing, "department_economic": world.codes.office, "year": world.codes.year}
    return CostLine.objects.create(project=project, number=project.costs.count() + 1, **(given | values))


def sheet_for(world: World, project: Project | None, **values: Any) -> BudgetSheet:
    code = project.code if project else ""
    return make_sheet(
        world.codes, world.unit, [line(world.codes, "10.00", kind="project", project_code=code, **values)]
    )


def said(sheet: BudgetSheet, check: str) -> list[str]:
    """What a check says: its findings, or why it does not look; its screens must say no less."""
    (result,) = (each for each in run_checks(fresh(sheet)) if each.check == check)
    if result.uncovered:
        assert screens.GAP_SCREENS[check]([sheet.pk]) == {sheet.pk}
        return [f"–{result.uncovered}"]
    assert not screens.GAP_SCREENS[check]([sheet.pk])
    if result.findings:
        assert screens.findable(check, [sheet.pk]) == {sheet.pk}
    return [f"{finding.level.value} {finding.line} {finding.text}" for finding in result.findings]


def test_a_project_states_output_and_benefit(world: World, project: Project):
    sheet = sheet_for(world, project)
    assert said(sheet, GOALS) == [
        f"warning 1 {project} lacks performance goals: output indicators、benefit indicators."
    ]
    state(project, K.QUALITY)
    assert said(sheet, GOALS) == [f"warning 1 {project} lacks performance goals: benefit indicators."]
    state(project, K.ECOLOGICAL)
    assert said(sheet, GOALS) == []
    rule(GOALS, parameters={"satisfaction": 1})
    assert said(sheet, GOALS) == [f"warning 1 {project} lacks performance goals: satisfaction indicators."]
    state(project, K.SATISFACTION)
    assert (said(sheet, GOALS), screens.findable(GOALS, [sheet.pk])) == ([], set())


def test_goals_of_nobodys_or_a_neighbours_project_are_not_covered(world: World):
    reason = "–No line of project expenditure names a project of the library."
    assert said(sheet_for(world, None), GOALS) == [reason]
    other = ProjectFactory(unit=world.neighbour_unit, stored=True)
    made = run(world)
    assert counts(made, GOALS) == (0, 0, 0, 1)
    BudgetSheet.objects.get().lines.update(project_code=other.code)
    assert said(BudgetSheet.objects.get(), GOALS) == [reason]


def test_staff_and_public_funds_need_no_goals(world: World, project: Project):
    Project.objects.filter(pk=project.pk).update(kind=ProjectKind.PUBLIC)
    assert said(sheet_for(world, project), GOALS) == []


def test_a_rule_may_stop_a_sheet_without_goals_but_asks_yes_or_no_only(world: World, project: Project):
    sheet = sheet_for(world, project)
    rule(GOALS, "error")
    assert screens.suspects([sheet.pk]) == {sheet.pk}
    with pytest.raises(RuleViolation):
        rule(GOALS, valid_from=2027, parameters={"output": 3})


def test_procurement_names_its_item_quantity_and_price(world: World, project: Project, computer: Code):
    sheet = sheet_for(world, project)
    assert said(sheet, LISTED) == ["–No line leads to the calculation of a project in this year."]
    bare = cost(world, project, is_procurement=True)
    begin = f"warning 1 {project}, 台式机: "
    assert said(sheet, LISTED) == [f"{begin}the item of the procurement catalogue is missing."]
    CostLine.objects.filter(pk=bare.pk).update(procurement_item=computer, measure="")
    assert said(sheet, LISTED) == [f"{begin}quantity, unit of measure or unit price is missing."]
    CostLine.objects.filter(pk=bare.pk).update(procurement_item=computer.parent, measure="台")
    assert said(sheet, LISTED) == [f"{begin}A-货物 is no item of the last level in the catalogue of 2027."]
    CostLine.objects.filter(pk=bare.pk).update(procurement_item=computer)
    assert said(sheet, LISTED) == []
    cost(world, project, year=2028, is_procurement=True)
    assert said(sheet, LISTED) == []


def test_what_reaches_the_limit_is_procurement(world: World, project: Project, computer: Code):
    cost(world, project, quantity=112, procurement_item=computer)
    sheet = sheet_for(world, project)
    text = f"warning 1 {project}, 台式机: 504,000.00 yuan reach the limit of 500,000.00 yuan: it is procurement."
    assert said(sheet, LISTED) == [text]
    rule(LISTED, parameters={"goods": 1_000_000})
    assert said(sheet, LISTED) == []


def test_without_a_catalogue_procurement_is_not_covered(world: World, project: Project):
    cost(world, project, is_procurement=True)
    assert said(sheet_for(world, project), LISTED) == ["–The procurement catalogue of 2027 is not loaded."]


def test_assets_stay_within_price_and_number(world: World, project: Project, computer: Code):
    sheet = sheet_for(world, project)
    assert said(sheet, WITHIN_STANDARD) == ["–No asset standard holds for the unit."]
    AssetStandard.objects.create(item="A020101", name="台式计算机", per_person="1.00", price="5000.00")
    assert said(sheet, WITHIN_STANDARD) == []  # nothing is bought
    bought = cost(world, project, procurement_item=computer, quantity=11, price="5000.01")
    price = f"warning 1 {project}, 台式机: 5,000.01 yuan a piece, the standard is 5,000.00."
    note = "note 1 台式计算机: head counts are not stated, so the number was not compared."
    assert said(sheet, WITHIN_STANDARD) == [price, note]
    make_staff(world, 10, category=make_category(in_post=True))
    make_staff(world, 90, category=make_category("retired", "退休人员"))
    many = "warning 1 台式计算机: 11 pieces for 10 people in post, the standard gives 10."
    assert said(sheet, WITHIN_STANDARD) == [price, many]
    CostLine.objects.filter(pk=bought.pk).update(quantity=6, price="5000.00")
    assert said(sheet, WITHIN_STANDARD) == []
    cost(world, project, procurement_item=computer, quantity=5)
    assert said(sheet, WITHIN_STANDARD) == [many]


def test_assets_without_an_item_are_not_covered(world: World, project: Project):
    AssetStandard.objects.create(item="A02010105", name="台式计算机", price="5000.00")
    codes_services.put_code(SYSTEM, Catalog.DEPARTMENT_ECONOMIC, 2027, "31002", {"name_zh_hans": "办公设备购置"})
    sheet = sheet_for(world, project, department_economic=Code.objects.get(code="31002"))
    cost(world, project)
    reason = "–What is bought names no item of the catalogue that has a standard."
    assert said(sheet, WITHIN_STANDARD) == [reason]
    assert counts(run(world), WITHIN_STANDARD) == (0, 0, 0, 1)


def test_the_narrowest_and_nearest_standard_decides(world: World):
    year, tree = world.codes.year, world.tree
    rows = [("", None, "A02"), ("", None, "A02010105"), ("", tree.banner, "A02010105"), ("", tree.neighbour, "A0201")]
    rows += [(world.unit.nature, tree.banner, "A02010105"), ("enterprise", tree.banner, "A02010105")]
    made = [AssetStandard.objects.create(nature=nature, region=region, item=item) for nature, region, item in rows]
    found = asset_standards(world.unit, year)
    assert (found.of("A02010105"), found.of("A02020100"), found.of("B01")) == (made[4], made[0], None)
    made[4].delete()
    assert asset_standards(world.unit, year).of("A02010105") == made[2]


def test_standards_are_brought_in_by_a_file_and_kept_by_officials_alone(world: World, tmp_path):
    path = tmp_path / "assets.csv"
    head = "region_code,item,name,nature,per_person,price,valid_from,valid_to,verified,source\n"
    path.write_text(f"{head},A02010105,台式计算机,,1.00,5000.00,2016,9999,0,财资〔2016〕27号\n", encoding="utf-8")
    call_command("import_base", str(path), table="assets", verbosity=0)
    row = AssetStandard.objects.get()
    assert (row.per_person, row.price, row.is_verified) == (Decimal("1.00"), Decimal("5000.00"), False)
    assert row.history.count() == 1
    key = {"region": None, "item": "A02010105", "nature": "", "valid_from": 2016}
    with pytest.raises(NotAllowed):
        services.put_asset_standard(clerk_of(world.unit), key, {"name": "甲"})
    assert StaffCategory._meta.get_field("in_post").default is False
