"""Checks of target tables, each as a table of what it finds and what it lets pass; rules decide about level and words."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World
from apps.codes.tests.factories import YEAR
from apps.performance.goalchecklist import CHECKLIST
from apps.performance.goalchecks import CHECKS, PREFIX
from apps.performance.models import ActualValue, GoalRule, IndicatorSet, LibraryIndicator, Scheme, SetCategory
from apps.performance.services import comment_goal, put_goal_rule
from apps.performance.tests.factories import load_schemes, make_year
from apps.projects.checks import check_project, run_checks
from apps.projects.models import GoalIndicator, Project, ProjectKind, ProjectState
from apps.projects.tests.factories import make_project
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.findings import Level

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")
BASE = {"kind": "quantity", "content": "补播面积", "nature": "at_least", "value": "2000", "measure": "亩"}
GAIN = {"kind": "ecological", "content": "植被盖度", "nature": "at_least", "value": "45", "measure": "%"}
SERVED = {"kind": "satisfaction", "content": "牧民满意度", "nature": "at_least", "value": "90", "measure": "%"}
GOOD = (BASE, GAIN, SERVED)


@pytest.fixture
def project(world: World) -> Project:
    return make_project(world.codes, world.unit)


def state(project: Project, *rows: dict[str, Any]) -> None:
    project.goals.all().delete()
    GoalIndicator.objects.bulk_create(
        GoalIndicator(project=project, number=number, **row) for number, row in enumerate(rows, 1)
    )


def found(project: Project, code: str) -> list[tuple[Level, int | None, str]]:
    rows = check_project(Project.objects.get(pk=project.pk))
    return [(row.level, row.line, row.field) for row in rows if row.check == f"{PREFIX}{code}"]


def rule(code: str, **values: Any) -> GoalRule:
    put_goal_rule(ACTOR, {"code": code, "region": None, "valid_from": 2000}, values)
    return GoalRule.objects.get(code=code)


def weighed(*weights: Any) -> list[dict[str, Any]]:
    return [row | {"weight": weight} for row, weight in zip(GOOD, weights, strict=True)]


def words(**more: Any) -> dict[str, Any]:
    given = {"kind": "lasting", "content": "机制", "nature": "qualitative", "value": "健全", "measure": ""}
    return given | more


E, W, N = Level.ERROR, Level.WARNING, Level.NOTE
# code, rows, parameters of the rule, what is found
CASES: list[tuple[str, list[dict[str, Any]], dict[str, Any], list[tuple[Level, int | None, str]]]] = [
    ("goals.output", [GAIN, SERVED], {}, [(E, None, "goals")]),
    ("goals.output", [*GOOD], {}, []),
    ("goals.output", [*GOOD], {"least": "2"}, [(E, None, "goals")]),
    ("goals.output", [GAIN, BASE | {"kind": "cost_money"}], {}, []),  # without points of its own cost counts as output
    ("goals.benefit", [BASE, SERVED], {}, [(E, None, "goals")]),
    ("goals.benefit", [*GOOD], {}, []),
    ("goals.satisfaction", [BASE, GAIN | {"content": "受益牧民人数"}], {"words": "群众 牧民"}, [(W, None, "goals")]),
    ("goals.satisfaction", [BASE, GAIN], {"words": "群众 牧民"}, []),
    ("goals.satisfaction", [*GOOD, GAIN | {"content": "受益牧民人数"}], {"words": "群众 牧民"}, []),
    ("goals.satisfaction", [BASE, GAIN | {"content": "受益牧民人数"}], {}, []),
    ("goals.weights", weighed(50, 30, 10), {}, []),
    ("goals.weights", weighed(50, 30, 20), {}, [(E, None, "goals")]),
    ("goals.weights", weighed(50, 30, "10.5"), {"tolerance": "1"}, []),
    ("goals.weights", weighed(50, None, 10), {}, [(E, 2, "goals.weight")]),
    ("goals.weights", weighed(None, None, None), {}, []),
    ("goals.groups", weighed(50, 30, 10), {}, []),
    ("goals.groups", weighed(40, 40, 10), {}, [(W, 1, "goals.weight"), (W, 2, "goals.weight")]),
    ("goals.groups", [BASE | {"weight": 50}, GAIN | {"weight": 40}], {}, []),  # its points go to the benefit
    ("goals.wording", [BASE | {"content": "效果明显"}], {"words": "较好 明显"}, [(W, 1, "goals.content")]),
    ("goals.wording", [BASE, words(value="较好")], {"words": "较好 明显"}, [(W, 2, "goals.value")]),
    ("goals.wording", [BASE, words()], {"words": "较好 明显"}, []),
    ("goals.wording", [BASE | {"content": "效果明显"}], {}, []),
    ("goals.quantified", [BASE, words(), words(content="制度")], {}, [(W, None, "goals")]),
    ("goals.quantified", [BASE, words()], {}, []),
    ("goals.percent", [GAIN | {"value": "0.95"}], {}, [(W, 1, "goals.value")]),
    ("goals.percent", [GAIN | {"annual": "0.5", "measure": "％"}], {}, [(W, 1, "goals.annual")]),
    ("goals.percent", [GAIN | {"value": "95"}], {}, []),
    ("goals.percent", [GAIN | {"value": "0.5", "nature": "at_most"}], {}, []),
    ("goals.percent", [BASE | {"value": "0.5"}], {}, []),
    ("goals.zero", [BASE | {"value": "0"}], {}, [(E, 1, "goals.value")]),
    ("goals.zero", [BASE | {"value": "0", "nature": "at_most"}], {}, []),
    ("goals.doubled", [BASE, GAIN, BASE | {"value": "3"}], {}, [(E, 3, "goals.content")]),
    ("goals.doubled", [*GOOD], {}, []),
]


@pytest.mark.parametrize(("code", "rows", "parameters", "expected"), CASES)
def test_what_each_check_finds(project, code, rows, parameters, expected):
    load_schemes()
    state(project, *rows)
    if parameters:
        rule(code, parameters=parameters)
    assert found(project, code) == expected


def test_every_check_of_the_list_has_its_function_and_cases():
    assert [item.code for item in CHECKLIST] == list(CHECKS)
    elsewhere = {"goals.cost", "goals.core", "goals.history", "goals.comments"}
    assert {code for code, *_rest in CASES} == set(CHECKS) - elsewhere


def test_what_follows_standards_needs_no_goals_and_operation_is_warned(project):
    state(project)
    assert found(project, "goals.output") == [(E, None, "goals")]
    Project.objects.filter(pk=project.pk).update(kind=ProjectKind.OPERATION)
    assert found(project, "goals.benefit") == [(W, None, "goals")]
    Project.objects.filter(pk=project.pk).update(kind=ProjectKind.PUBLIC)
    assert (found(project, "goals.output"), found(project, "goals.benefit")) == ([], [])


def test_cost_is_asked_for_where_the_scheme_gives_it_points(project):
    load_schemes()
    state(project, *GOOD)
    assert found(project, "goals.cost") == []
    region = project.region
    Scheme.objects.create(region=region, kind="self", name="101号", cost=20, output=40, benefit=20)
    assert found(project, "goals.cost") == [(W, None, "goals")]
    state(project, *GOOD, BASE | {"kind": "cost_money", "content": "亩均成本", "nature": "at_most"})
    assert found(project, "goals.cost") == []
    weights = [40, 20, 10, 20]
    for goal, weight in zip(project.goals.order_by("number"), weights, strict=True):
        GoalIndicator.objects.filter(pk=goal.pk).update(weight=weight)
    assert (found(project, "goals.weights"), found(project, "goals.groups")) == ([], [])


def test_core_indicators_of_the_category_are_found_by_code_or_words(project):
    state(project, *GOOD)
    of = IndicatorSet.objects.create(code="g", name_zh_hans="草原")
    SetCategory.objects.create(of=of, category=project.category)
    for number, content in enumerate(("植被盖度", "禁牧面积", "管护员人数"), 1):
        LibraryIndicator.objects.create(
            of=of, code=f"G{number}", kind="quantity", content_zh_hans=content, is_core=number < 3
        )
    assert found(project, "goals.core") == [(W, None, "goals")]
    project.goals.filter(number=1).update(library="G2", content="本单位禁牧面积")
    assert found(project, "goals.core") == []
    LibraryIndicator.objects.filter(code="G3").update(is_core=True, valid_to=YEAR - 1)
    assert found(project, "goals.core") == []


def test_a_target_far_from_what_last_year_reached_is_told(world, project):
    before = make_year(world, setup_year=YEAR - 1, start_year=YEAR - 1, end_year=YEAR)
    Project.objects.filter(pk=project.pk).update(continues=before.project)
    state(project, BASE | {"value": "2700"}, GAIN, SERVED)
    assert found(project, "goals.history") == [(W, 1, "goals.value")]
    rule("goals.history", parameters={"most": 40})
    assert found(project, "goals.history") == []
    target = before.targets.get(number=1)
    value = ActualValue.objects.create(target=target, as_of="2027-06-30", value=Decimal(1000), source="manual")
    type(target).objects.filter(pk=target.pk).update(latest=value)
    assert found(project, "goals.history") == [(W, 1, "goals.value")]


def test_an_open_comment_is_told_at_its_row(world, project):
    state(project, *GOOD)
    Project.objects.filter(pk=project.pk).update(state=ProjectState.FINANCE_REVIEW)
    officer = make_actor("banner_officer", project.region)
    comment_goal(officer, Project.objects.get(pk=project.pk), kind="coarse", goal=project.goals.get(number=2))
    assert found(project, "goals.comments") == [(W, 2, "goals.content")]
    state(project, GAIN, *GOOD[2:])
    assert found(project, "goals.comments") == [(W, 1, "goals.content")]


def test_a_rule_decides_about_level_words_and_region(world, project):
    load_schemes()
    state(project, *weighed(50, 30, 20))
    made = rule("goals.weights", level="warning", message_zh_hans="本地口径：", basis_zh_hans="某号文")
    (finding,) = [row for row in check_project(project) if row.check == f"{PREFIX}goals.weights"]
    assert finding.level == W
    assert str(finding.text).startswith(made.message)
    assert finding.basis == made.basis
    GoalRule.objects.create(code="goals.weights", region=project.region.parent, level="off")
    assert found(project, "goals.weights") == []
    GoalRule.objects.create(code="goals.weights", region=project.region, level="error", valid_from=YEAR + 1)
    assert found(project, "goals.weights") == []
    GoalRule.objects.create(code="goals.weights", region=project.region, level="error")
    assert found(project, "goals.weights") == [(E, None, "goals")]


def test_weights_without_a_scheme_are_not_covered_and_never_passed(project):
    state(project, *weighed(50, 30, 10))
    rule("goals.weights", level="error")
    assert found(project, "goals.weights") == [(N, None, "goals")]


@pytest.mark.parametrize(
    ("code", "parameters"),
    [
        ("goals.nothing", {}),
        ("goals.zero", {"least": 1}),
        ("goals.percent", {"most": "viel"}),
        ("goals.percent", {"most": -1}),
        ("goals.wording", {"words": ["明显"]}),
        ("goals.percent", []),
    ],
)
def test_a_rule_that_fits_no_check_is_refused(code, parameters):
    with pytest.raises((RuleViolation, ValidationError)):
        put_goal_rule(ACTOR, {"code": code, "region": None, "valid_from": 2000}, {"parameters": parameters})
    assert not GoalRule.objects.exists()


def test_only_the_system_administrator_keeps_rules(world):
    for actor in (make_actor("banner_officer", world.unit.region), make_actor("unit_clerk", world.unit)):
        with pytest.raises(NotAllowed):
            put_goal_rule(actor, {"code": "goals.zero", "region": None, "valid_from": 2000}, {})


def test_the_shipped_rules_are_loaded_once(project):
    call_command("load_performance", "goal_rules", verbosity=0)
    assert set(GoalRule.objects.values_list("code", flat=True)) == set(CHECKS)
    call_command("load_performance", "goal_rules", verbosity=0)
    assert GoalRule.objects.count() == len(CHECKS)
    state(project, BASE | {"content": "牧民生活明显改善"}, GAIN)
    assert found(project, "goals.wording") == [(W, 1, "goals.content")]
    assert found(project, "goals.satisfaction") == [(W, None, "goals")]


def test_all_checks_together_ask_a_bounded_number_of_queries(project, django_assert_max_num_queries):
    load_schemes()
    state(project, *weighed(50, 30, 20), *(words(content=f"制度{number}", weight=0) for number in range(20)))
    with django_assert_max_num_queries(30):
        names = {result.check for result in run_checks(project)}
    assert {f"{PREFIX}{code}" for code in CHECKS} <= names
