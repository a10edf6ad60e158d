"""Evaluations: lines out of targets and framework, points computed and never typed, frozen, approved, returned."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.notices.models import Notice
from apps.performance import services
from apps.performance.models import Evaluation, ProgressReport, ProjectYear, ResultUse, Scheme, Target
from apps.performance.selectors.evaluating import result_of
from apps.performance.tests.evaluating import Office, money, record
from apps.performance.tests.factories import GOALS, make_year
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def office(world):
    return Office(world)


def test_all_of_a_region_are_opened_in_as_many_statements_as_one(world, office):
    with CaptureQueriesContext(connection) as one:
        assert services.open_evaluations(office.officer, office.of.region, office.year, office.due) == 1
    for _number in range(3):
        make_year(world)
    with CaptureQueriesContext(connection) as three:
        assert services.open_evaluations(office.officer, office.of.region, office.year, office.due) == 3
    assert len(three) <= len(one)
    assert set(ProjectYear.objects.values_list("state", flat=True)) == {"evaluating"}
    assert {evaluation.lines.count() for evaluation in Evaluation.objects.all()} == {6}
    assert Notice.objects.filter(user=office.clerk.user_id, kind="performance.evaluate").count() == 2
    with pytest.raises(RuleViolation, match="No project"):
        services.open_evaluations(office.officer, office.of.region, office.year, office.due)
    with pytest.raises(RuleViolation, match="from today"):
        services.open_evaluations(
            office.officer, office.of.region, office.year, timezone.localdate() - timedelta(days=1)
        )


def test_points_are_those_of_the_regulation(office):
    """85 % of the area, 90 % of the money: 17 of 20, 9 of 10, the rest in full."""
    money(office.of, "1000.00", "900.00")
    office.reach()
    result = result_of(office.evaluation())
    assert [line.score for line in result.lines] == [D(n) for n in ("17", "15", "15", "20", "10", "10")]
    assert (result.evaluation.execution_score, result.rate) == (D("9.00"), D("90.00"))
    assert (result.total.score, result.total.weight, result.total.unscored) == (D("96.00"), D(100), 0)


def test_what_has_no_value_is_not_scored_and_must_be_explained(office):
    money(office.of, "0.00", "0.00")
    office.reach("2000", None, "180", "45", ("reached", "90"), "0.95")
    evaluation = office.evaluation()
    office.explain(evaluation, reason="")
    result = result_of(evaluation)
    assert [line.gap for line in result.lines] == ["", "no_value", "", "", "", "fraction"]
    assert result.total.unscored == D(35)
    with pytest.raises(RuleViolation) as refusal:
        services.submit_evaluation(office.clerk, evaluation)
    assert "Line 2 is not scored" in str(refusal.value)
    assert "Line 6 is not scored" in str(refusal.value)
    assert "Line 5 was not reached in full" in str(refusal.value)
    office.explain(evaluation)
    services.submit_evaluation(office.clerk, evaluation)
    assert (evaluation.score, evaluation.unscored, evaluation.execution_score) == (D("64.00"), D(35), None)
    assert evaluation.lines.get(number=2).score is None


def test_over_achievement_and_far_off_targets_must_be_explained(office):
    office.reach("2600", "95", "100", "45", ("reached", "100"), "92")
    evaluation = office.evaluation()
    office.explain(evaluation, reason="")
    with pytest.raises(RuleViolation) as refusal:
        services.submit_evaluation(office.clerk, evaluation)
    assert "Line 1 is over-achieved" in str(refusal.value)
    assert "Line 3 is far off" in str(refusal.value)


def test_a_target_of_at_least_zero_is_not_scored_in_silence(office):
    """Whoever does nothing has all its points: what was meant is said before it is handed in, and 0 at most is a goal."""
    lines = Target.objects.filter(of=office.of)
    lines.filter(number=1).update(value=0)
    lines.filter(number=3).update(value=0)
    office.reach("0", "95", "0", "45", ("reached", "100"), "92")
    evaluation = office.evaluation()
    office.explain(evaluation, reason="")
    with pytest.raises(RuleViolation) as refusal:
        services.submit_evaluation(office.clerk, evaluation)
    assert "Line 1: at least zero" in str(refusal.value)
    assert "Line 3" not in str(refusal.value)


def test_a_self_evaluation_is_never_typed_over(office):
    office.reach()
    evaluation = office.evaluation()
    with pytest.raises(RuleViolation, match="computed"):
        office.explain(evaluation, given=D(20))


def test_weights_above_a_hundred_are_refused(office):
    office.reach()
    office.of.targets.filter(number=1).update(weight=60)
    evaluation = office.evaluation()
    office.explain(evaluation)
    with pytest.raises(RuleViolation, match="140"):
        services.submit_evaluation(office.clerk, evaluation)


def test_points_stay_as_they_were_handed_in(office):
    evaluation = office.handed_in()
    assert (evaluation.score, evaluation.grade, evaluation.state) == (D("97.00"), "excellent", "submitted")
    assert evaluation.computed == evaluation.score
    record(office.of.targets.get(number=1), "1")
    money(office.of, "1000.00", "0.00")
    again = result_of(Evaluation.objects.select_related("of", "scheme").get(pk=evaluation.pk))
    assert (again.total.score, again.lines[0].reached) == (D("97.00"), "1,700亩")
    office.of.refresh_from_db()
    assert office.of.state == "evaluated"


def test_approved_it_counts_and_suggests_what_follows(office):
    evaluation = office.approved()
    assert evaluation.state == "approved"
    assert (office.of.self_score, office.of.score, office.of.grade) == (D("97.00"), D("97.00"), "excellent")
    use = ResultUse.objects.get()
    assert (use.computed, use.percent, use.base, use.state) == ("keep", 0, D("1000.00"), "suggested")
    assert (use.region_id, use.unit_id, use.year_id) == (office.of.region_id, office.of.unit_id, office.of.year_id)
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        evaluation.lines.update(computed=1)


def test_returned_it_can_be_filled_in_again(office):
    evaluation = office.handed_in()
    task = Task.objects.get(user=office.head.user_id, state="open")
    tasks.send_back(office.head, task, reason="请补充")
    evaluation.refresh_from_db()
    office.of.refresh_from_db()
    assert (evaluation.state, evaluation.return_reason, office.of.state) == ("returned", "请补充", "evaluating")
    evaluation = Evaluation.objects.select_related("of__region", "scheme").get(pk=evaluation.pk)
    office.explain(evaluation)
    services.submit_evaluation(office.clerk, evaluation)
    services.withdraw_evaluation(office.clerk, evaluation)
    assert evaluation.state == "draft"


def test_two_who_fill_it_in_at_once_and_two_who_hand_it_in(office):
    office.reach()
    evaluation = office.evaluation()
    other = Evaluation.objects.select_related("of__region", "scheme").get(pk=evaluation.pk)
    office.explain(evaluation)
    with pytest.raises(RuleViolation, match="Someone else saved"):
        services.save_evaluation(office.head, other, other.revision, {}, {})
    stale = Evaluation.objects.select_related("of__region", "scheme").get(pk=evaluation.pk)
    services.submit_evaluation(office.clerk, evaluation)
    with pytest.raises(RuleViolation):
        services.submit_evaluation(office.head, stale)
    with pytest.raises(RuleViolation, match="already"):
        services.begin_evaluation(office.clerk, office.of, "self")


def test_department_and_finance_have_the_framework_at_the_points_of_their_scheme(office):
    office.reach()
    evaluation = office.evaluation("department")
    lines = list(evaluation.lines.select_related("target", "item"))
    assert sum(line.weight for line in lines if line.item and line.item.part == "decision") == 20
    assert sum(line.weight for line in lines if line.item and line.item.part == "process") == 20
    assert sum(line.weight for line in lines if line.target and line.target.group == "output") == 30
    assert sum(line.weight for line in lines if line.target and line.target.group != "output") == 30
    with pytest.raises(RuleViolation, match="tick"):
        services.submit_evaluation(office.reviewer, evaluation)
    rows = {line.pk: {"ticks": [1, 2], "reason": "资料不全"} for line in lines if line.item}
    services.save_evaluation(office.reviewer, evaluation, evaluation.revision, {"actual_goal": "见自评"}, rows)
    services.save_evaluation(
        office.reviewer,
        evaluation,
        evaluation.revision,
        {},
        {line.pk: {"reason": "见自评"} for line in lines if line.target},
    )
    result = result_of(evaluation)
    assert result.lines[0].score == D("1.60")  # 2 of 5 points of 4
    assert next(line for line in result.lines if line.item and line.item.formula).score == D(4)
    services.submit_evaluation(office.reviewer, evaluation)
    assert evaluation.unscored == 0


def test_given_points_need_a_reason_and_stay_within_the_line(office):
    office.reach()
    evaluation = office.evaluation("finance")
    line = evaluation.lines.filter(target__isnull=False).first()
    for points in (D("-1"), D(99), D("1.234")):
        with pytest.raises(RuleViolation):
            services.save_evaluation(office.officer, evaluation, evaluation.revision, {}, {line.pk: {"given": points}})
        evaluation.refresh_from_db()
    services.save_evaluation(
        office.officer, evaluation, evaluation.revision, {}, {line.pk: {"given": D(0), "reason": ""}}
    )
    with pytest.raises(RuleViolation, match="other points are given"):
        services.submit_evaluation(office.officer, evaluation)


def test_the_finance_office_s_score_stands_above_the_unit_s(office):
    office.approved()
    make_actor("banner_officer", office.of.region)  # who has filled it in signs it nowhere
    evaluation = office.evaluation("finance")
    rows = {
        line.pk: {"ticks": [1], "reason": "佐证不足"} if line.item_id else {"reason": "佐证不足"}
        for line in evaluation.lines.all()
    }
    services.save_evaluation(office.officer, evaluation, evaluation.revision, {"actual_goal": "见自评"}, rows)
    services.submit_evaluation(office.officer, evaluation)
    office.sign(evaluation)
    assert evaluation.state == "approved"
    assert (office.of.score, office.of.self_score) == (evaluation.score, D("97.00"))
    assert evaluation.score < 97


def test_who_may_not(office):
    office.reach()
    for actor, kind in (
        (office.officer, "self"),
        (office.reviewer, "self"),
        (office.clerk, "finance"),
        (office.reviewer, "finance"),
        (office.officer, "department"),
        (office.leader, "finance"),
        (make_actor("unit_clerk", office.world.neighbour_unit), "self"),
    ):
        with pytest.raises(NotAllowed):
            services.begin_evaluation(actor, office.of, kind)
    with pytest.raises(NotAllowed):
        services.open_evaluations(office.clerk, office.of.region, office.year, office.due)
    evaluation = office.evaluation()
    for actor in (office.officer, office.reviewer, office.leader):
        with pytest.raises(NotAllowed):
            services.submit_evaluation(actor, evaluation)


def test_a_region_s_own_scheme_decides_weights_and_grades(office):
    own = {"kind": "self", "name": "本旗", "output": 50, "benefit": 30, "excellent": 99, "good": 98, "fair": 50}
    Scheme.objects.create(region=office.of.region, fair_cut=20, **own)
    office.approved()
    assert (office.of.grade, office.use().decision, office.use().percent) == ("fair", "cut", 20)


def test_points_for_satisfaction_go_to_another_where_nobody_is_served(world):
    """Else a project that serves nobody could never have the last ten points."""
    of = make_year(world, [(*goal[:5], None, "manual") for goal in GOALS if goal[0] != "satisfaction"])
    Scheme.objects.filter(kind="department").update(benefit=20, satisfaction=10)
    evaluation = services.begin_evaluation(make_actor("department_reviewer", of.department), of, "department")
    assert sum(evaluation.lines.values_list("weight", flat=True)) == 100
    served = make_year(world)
    other = services.begin_evaluation(make_actor("department_reviewer", served.department), served, "department")
    points = dict(other.lines.filter(target__isnull=False).values_list("target__kind", "weight"))
    assert (points["satisfaction"], points["ecological"] + points["social"]) == (10, 20)


def test_what_a_returned_report_said_is_scored_nowhere(office):
    """Neither in a monitoring form nor in an evaluation: somebody has found it wrong."""
    office.reach()
    target = office.of.targets.get(number=1)
    report = ProgressReport.objects.create(
        of=office.of, region=office.of.region, unit=office.of.unit, number=1, as_of=date(office.year.pk, 6, 30),
        percent=50, words="完成补播", state="returned",
    )  # fmt: skip
    record(target, "1900", subject_label="performance.progressreport", subject_id=str(report.pk))
    evaluation = office.evaluation()
    office.explain(evaluation)
    with pytest.raises(RuleViolation, match="Line 1: its value is from a report that was returned"):
        services.submit_evaluation(office.clerk, evaluation)
    form = office.form(12)
    office.fill(form)
    with pytest.raises(RuleViolation, match="Line 1: its value is from a report that was returned"):
        services.submit_form(office.clerk, form)
    record(target, "1700")
    services.submit_form(office.clerk, form)
    services.submit_evaluation(office.clerk, evaluation)
    assert evaluation.score == D("97.00")
