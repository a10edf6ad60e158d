"""Spot checks lower with both scores kept; results are decided once, told, and stand on next year's sheet."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget.tests.factories import line, make_sheet
from apps.codes.tests.factories import YEAR, make_codes
from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.performance import services
from apps.performance.models import Lowering, Scheme, SpotCheck
from apps.performance.selectors.lastyear import notes_of_lines, results_before
from apps.performance.services.results import settle_score, suggested
from apps.performance.services.spots import order_of
from apps.performance.tests.evaluating import Office
from apps.projects.tests.factories import make_project
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def office(world):
    return Office(world)


def check_of(office):
    evaluation = office.approved()
    made = services.choose_check(office.officer, evaluation, "佐证材料单薄")
    return SpotCheck.objects.select_related("evaluation__of__region", "evaluation__scheme").get(pk=made.pk)


def test_points_are_lowered_and_both_are_kept(office):
    check = check_of(office)
    row = check.evaluation.lines.get(number=1)
    services.lower_points(office.officer, check, row, D("10.00"), "面积核实为1000亩")
    office.of.refresh_from_db()
    assert (office.of.score, office.of.self_score, office.of.grade) == (D("90.00"), D("97.00"), "excellent")
    services.lower_points(office.officer, check, row, D("0.00"), "无图斑")
    office.of.refresh_from_db()
    assert (office.of.score, office.of.grade) == (D("80.00"), "good")
    row.refresh_from_db()
    assert (row.computed, row.lowered, row.score) == (D("17.00"), D("0.00"), D("0.00"))
    assert list(Lowering.objects.values_list("before", "after")) == [(D("17.00"), D("10.00")), (D("10.00"), D("0.00"))]
    assert check.evaluation.computed == D("97.00")
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        Lowering.objects.update(reason="x")


def test_it_only_lowers_with_a_reason_lines_of_its_own_evaluation(office, world):
    check = check_of(office)
    row = check.evaluation.lines.get(number=1)
    for points in (D("17.00"), D(18), D(-1)):
        with pytest.raises(RuleViolation, match="only lowers"):
            services.lower_points(office.officer, check, row, points, "x")
    with pytest.raises(RuleViolation, match="why"):
        services.lower_points(office.officer, check, row, D(1), "")
    other = Office(world)
    other.reach()
    with pytest.raises(RuleViolation, match="another"):
        services.lower_points(office.officer, check, other.evaluation().lines.first(), D(1), "x")


def test_the_unit_states_its_view_and_it_is_closed_with_both_scores(office):
    check = check_of(office)
    services.lower_points(office.officer, check, check.evaluation.lines.get(number=1), D(7), "x")
    with pytest.raises(NotAllowed):
        services.state_view(office.officer, check, "x")
    services.state_view(office.head, check, "图斑已补交")
    services.close_check(office.officer, check, "部分面积不实")
    assert (check.before, check.after, check.view, check.state) == (D("97.00"), D("87.00"), "图斑已补交", "closed")
    assert Notice.objects.filter(user=office.head.user_id, kind="performance.spot_closed").count() == 1
    with pytest.raises(NotAllowed):
        services.state_view(office.head, check, "x")


def test_nobody_checks_their_own(office):
    evaluation = office.approved()
    both = make_actor("banner_officer", office.of.region)
    type(evaluation).objects.filter(pk=evaluation.pk).update(author=both.user_id)
    evaluation.refresh_from_db()
    for actor in (both, office.clerk, office.head, make_actor("league_officer", office.of.region.parent)):
        with pytest.raises(NotAllowed):
            services.choose_check(actor, evaluation, "x")
    with pytest.raises(RuleViolation, match="only 0"):
        services.draw_checks(both, office.of.region, office.year, 1)


def test_only_what_is_approved_and_not_settled_is_checked_and_once_at_a_time(office):
    evaluation = office.handed_in()
    with pytest.raises(NotAllowed):
        services.choose_check(office.officer, evaluation, "x")
    office.sign(evaluation)
    services.choose_check(office.officer, evaluation, "x")
    with pytest.raises(RuleViolation, match="under a spot check"):
        services.choose_check(office.officer, evaluation, "x")


def test_a_draw_can_be_repeated_from_evidence(world, office):
    drawn = [Office(world).approved() for _number in range(2)]
    drawn.append(office.approved())
    draw = services.draw_checks(office.officer, office.of.region, office.year, 2)
    facts = Entry.objects.get(event="performance.spot_drawn").facts
    assert sorted(facts["pool"]) == sorted(one.pk for one in drawn)
    assert order_of(facts["seed"], facts["pool"])[:2] == facts["drawn"]
    assert sorted(draw.checks.values_list("evaluation", flat=True)) == sorted(facts["drawn"])
    with pytest.raises(RuleViolation, match="only 1"):
        services.draw_checks(office.officer, office.of.region, office.year, 2)
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        type(draw).objects.update(seed="x")


@pytest.mark.parametrize(
    ("grade", "decision", "percent"),
    [("excellent", "keep", 0), ("good", "keep", 0), ("fair", "cut", 10), ("poor", "cancel", 100)],
)
def test_the_scheme_suggests(office, grade, decision, percent):
    from apps.performance.selectors.schemes import scheme_of

    assert suggested(scheme_of(office.of.region, YEAR), grade) == (decision, percent)


def test_the_office_decides_with_a_reason_and_settles_the_year(office):
    office.approved()
    use = office.use()
    for actor in (office.clerk, office.reviewer, office.leader):
        with pytest.raises(NotAllowed):
            services.decide_use(actor, use, "cut", 15, "x")
    for percent in (0, 100):
        with pytest.raises(RuleViolation, match="between"):
            services.decide_use(office.officer, use, "cut", percent, "x")
    with pytest.raises(RuleViolation, match="why"):
        services.decide_use(office.officer, use, "cut", 15, "")
    services.decide_use(office.officer, use, "cut", 15, "连续两年结转较大")
    office.of.refresh_from_db()
    assert (use.cut, use.ceiling, use.computed, office.of.state) == (D("150.00"), D("850.00"), "keep", "settled")
    services.tell_unit(office.officer, use, "请压减会议培训支出")
    assert (use.state, Notice.objects.filter(kind="performance.result_told").count()) == ("told", 2)
    with pytest.raises(NotAllowed):
        services.decide_use(office.officer, use, "keep", 0, "x")
    with pytest.raises(NotAllowed):
        services.choose_check(office.officer, office.of.evaluations.get(), "x")


def test_nothing_is_decided_while_a_spot_check_is_open(office):
    check = check_of(office)
    with pytest.raises(RuleViolation, match="spot check"):
        services.decide_use(office.officer, office.use(), "keep", 0, "x")
    services.close_check(office.officer, check, "属实")
    services.decide_use(office.officer, office.use(), "keep", 0, "属实")


def sheet_of_next_year(office, codes, code, amount="980.00"):
    lines = [line(codes, amount, function=codes.managing, project_code=code), line(codes)]
    return make_sheet(codes, office.of.unit, lines, year=YEAR + 1)


def test_next_year_s_sheet_shows_score_decision_and_what_was_cut(office):
    office.approved()
    services.decide_use(office.officer, office.use(), "cut", 15, "结转较大")
    sheet = sheet_of_next_year(office, make_codes(YEAR + 1), office.of.project.code)
    notes = notes_of_lines(office.clerk, sheet, sheet.lines.all())
    assert list(notes) == [1]
    assert "97.00 points" in notes[1][0].text
    assert "150.00 yuan less" in notes[1][0].text
    client = client_of("unit_clerk", office.of.unit)
    page = client.get(sheet.get_absolute_url(), {"tab": "lines"}).content.decode()
    assert "150.00" in page
    assert office.use().get_absolute_url() in page
    panel = client.get(sheet.get_absolute_url(), {"tab": "results"}).content.decode()
    assert "130.00" in panel  # 980 are asked for, 850 are left


def test_a_continuing_project_is_held_against_the_one_it_continues(office):
    office.approved()
    after = make_project(office.world.codes, office.of.unit, continues=office.of.project)
    assert results_before(office.clerk, [after.code, "", "x"], YEAR + 1)[after.code].of == office.of
    assert (
        results_before(office.clerk, [after.code], YEAR + 2)[after.code].of == office.of
    )  # last year is not evaluated yet
    assert results_before(office.clerk, [after.code], YEAR + 3) == {}
    page = client_of("unit_clerk", office.of.unit).get(after.get_absolute_url(), {"tab": "performance"})
    assert "97.00" in page.content.decode()


def test_nothing_is_decided_while_an_evaluation_of_another_is_on_its_way(office):
    """Its score would come after the decision, and stand beside it."""
    office.approved()
    evaluation = office.evaluation("department")
    office.explain(evaluation, office.reviewer, given=D("1.00"))
    services.submit_evaluation(office.reviewer, evaluation)
    with pytest.raises(RuleViolation, match="under approval"):
        services.decide_use(office.officer, office.use(), "keep", 0, "x")
    office.sign(evaluation)
    services.decide_use(office.officer, office.use(), "keep", 0, "部门评价后决定")
    assert (office.use().score, office.use().of.state) == (office.of.score, "settled")


def test_nothing_is_decided_before_the_unit_has_evaluated_itself(office):
    """The year would be decided and never be settled."""
    office.reach()
    evaluation = office.evaluation("department")
    office.explain(evaluation, office.reviewer, given=D("1.00"))
    services.submit_evaluation(office.reviewer, evaluation)
    office.sign(evaluation)
    with pytest.raises(RuleViolation, match="self-evaluation"):
        services.decide_use(office.officer, office.use(), "keep", 0, "x")
    office.approved()
    services.decide_use(office.officer, office.use(), "keep", 0, "属实")
    assert office.use().of.state == "settled"


def test_what_is_still_a_draft_is_not_handed_in_after_the_decision(office):
    office.approved()
    evaluation = office.evaluation("finance")
    office.explain(evaluation, office.officer, given=D("1.00"))
    old = type(evaluation).objects.select_related("of").get(pk=evaluation.pk)  # read before the decision
    services.decide_use(office.officer, office.use(), "keep", 0, "属实")
    with pytest.raises(NotAllowed, match="settled"):
        services.submit_evaluation(office.officer, old)


def test_a_draft_line_with_a_stranger_s_code_shows_no_result_of_theirs(office):
    """A draft takes any code; what another unit scored is not read by typing its project's code."""
    office.approved()
    of = office.of
    stranger = UnitFactory(region=of.region, department=of.department)
    clerk = make_actor("unit_clerk", stranger)
    codes = make_codes(YEAR + 1)
    row = line(codes, "1.00", function=codes.managing, project_code=of.project.code)
    sheet = make_sheet(codes, stranger, [row], year=YEAR + 1)
    assert notes_of_lines(clerk, sheet, sheet.lines.all()) == {}
    assert list(notes_of_lines(office.officer, sheet, sheet.lines.all())) == [1]
    client = client_of("unit_clerk", stranger)
    assert "97.00" not in client.get(sheet.get_absolute_url(), {"tab": "results"}).content.decode()


def test_a_scheme_that_is_changed_later_moves_no_grade(office):
    evaluation = office.approved()
    Scheme.objects.filter(pk=evaluation.scheme_id).update(excellent=D("99.50"))
    settle_score(type(office.of).objects.get(pk=office.of.pk))
    office.of.refresh_from_db()
    assert office.of.grade == "excellent"
