"""This year monitored and last year evaluated in the city and its first district, by the people whose posts these are."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.budget.demo.acting import holder, officer
from apps.codes.models import FiscalYear
from apps.files.services import store_file
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.performance import services
from apps.performance.models import (
    ActualValue,
    Evaluation,
    EvaluationKind,
    MonitoringForm,
    ProjectYear,
    Rectification,
    ResultUse,
    Suggestion,
    Target,
    Tier,
)
from apps.performance.selectors.watching import month_end
from apps.performance.services.evaluations import SUBJECT
from apps.performance.services.money import refresh_money
from apps.projects.models import IndicatorNature
from apps.regions.models import Region
from imbudget.kit.actor import Actor

PLACES = ("150100", "150102")
TERM = timedelta(days=15)
UNSPENT = "招标和采购节约形成结余，已按规定收回财政统筹"
MONTH = 9
WATCHED, EVALUATED = 6, 3  # projects of a region
# How far the projects of a place came, one after the other: all, most, half.
REACHED = (Decimal("1.00"), Decimal("0.86"), Decimal("0.55"))
# What follows for the next budget where so much was reached.
DECISIONS = {REACHED[0]: Suggestion.KEEP, REACHED[1]: Suggestion.CUT, REACHED[2]: Suggestion.CANCEL}
SHARES = {Decimal("1.00"): (Tier.REACHED, 95), Decimal("0.86"): (Tier.PARTLY, 75), Decimal("0.55"): (Tier.MISSED, 50)}


def load_evaluations() -> None:
    """Play both years where the demonstration has people and stored projects; a second run adds nothing."""
    today = timezone.localdate()
    for code in PLACES:
        region = Region.objects.filter(code=code).first()
        if region is not None and not Evaluation.objects.filter(region=region).exists():
            _play(region, today.year)
    services.fold_totals()


def _play(region: Region, this_year: int) -> None:
    office = officer(region)
    for year in FiscalYear.objects.filter(pk__in=(this_year - 1, this_year)):
        services.open_years(office, region, year)
    refresh_money()  # what the ledger says of years that are only now open
    years = ProjectYear.objects.filter(region=region, state="running").select_related("project", "region", "unit")
    staffed = [of for of in years.order_by("unit__code", "project__code") if _has_people(of)]
    now = [of for of in staffed if of.year_id == this_year][:WATCHED]
    last = [of for of in staffed if of.year_id == this_year - 1][:EVALUATED]
    if now:
        _monitor(office, region, now)
    for place, of in enumerate(last):
        _evaluate(office, of, place)


def _has_people(of: ProjectYear) -> bool:
    roles = set(Post.objects.filter(unit=of.unit_id).values_list("role", flat=True))
    reviewed = Post.objects.filter(department=of.department_id, role="department_reviewer").exists()
    return {"unit_clerk", "unit_head"} <= roles and reviewed and of.targets.exists()


def _reach(of: ProjectYear, share: Decimal, day: date) -> None:
    """Values where nothing was collected."""
    for target in of.targets.filter(latest=None):
        values: dict[str, Any] = {}
        if target.nature == IndicatorNature.QUALITATIVE:
            tier, points = SHARES[share]
            values = {"tier": tier, "share": points}
        elif target.value is not None:
            at_most = target.nature == IndicatorNature.AT_MOST
            values = {"value": (target.value * (2 - share if at_most else share)).quantize(Decimal("0.01"))}
        if values:
            row = ActualValue.objects.create(target=target, as_of=day, source=target.source, **values)
            Target.objects.filter(pk=target.pk).update(latest=row)


def _monitor(office: Actor, region: Region, years: list[ProjectYear]) -> None:
    """The round of September: one form accepted, one with a red lamp that is being mended, the others still missing."""
    year = years[0].year
    due = max(timezone.localdate(), month_end(year.pk, MONTH)) + TERM
    for place, of in enumerate(years):
        _reach(of, (Decimal("0.86"), Decimal("0.55"))[place % 2], date(year.pk, MONTH, 20))
    services.issue_call(office, region, year, MONTH, due, note="请各单位逐项核对指标完成值，偏差须说明原因和改进措施。")
    for place, form in enumerate(MonitoringForm.objects.filter(of__in=years[:2]).order_by("pk")):
        clerk = holder("unit_clerk", unit=form.unit)
        _fill(clerk, form)
        services.submit_form(clerk, form)
        if place == 0:
            services.accept_form(office, form)
    for row in Rectification.objects.filter(of__in=years).select_related("of__project", "region", "unit"):
        _answer(row)


def _fill(clerk: Actor, form: MonitoringForm) -> None:
    words = "受资金下达较晚影响，四季度加快实施，按周调度"
    head = {"expected": form.of.budget, "reason": "funds", "words": words}
    row = {"likelihood": "sure", "reason": "people", "words": "前期人手不足，已增派技术人员，年底前可完成"}
    keys = form.lines.values_list("pk", flat=True)
    services.save_form(clerk, form, form.revision, head, dict.fromkeys(keys, row))


def _answer(row: Rectification) -> None:
    head = holder("unit_head", unit=row.unit)
    sheet = ContentFile("整改报告：已制定赶工计划，逐周调度。".encode(), name="整改报告.txt")
    subject = {"subject_label": row._meta.label, "subject_id": str(row.pk)}
    file = store_file(head, upload=sheet, region=row.region, unit=row.unit, **subject)
    services.answer_rectification(head, row, "已制定赶工计划，增派人员，按周调度，预计年底前达到进度。", [file])


def _evaluate(office: Actor, of: ProjectYear, place: int) -> None:
    """A self-evaluation on its whole way; the second one is checked, and what follows is decided and told."""
    share = REACHED[(place + 1) % len(REACHED)]
    _reach(of, share, date(of.year_id, 12, 20))
    clerk = holder("unit_clerk", unit=of.unit)
    evaluation = services.begin_evaluation(clerk, of, EvaluationKind.SELF)
    row = {"reason": "部分任务因施工期短未按计划完成，已结转下年组织实施"}
    texts = {
        "expected_goal": f"按批复完成{of.project.name}年度任务。",
        "actual_goal": "年度主要任务基本完成，资金使用合规，群众反映良好。",
        "execution_reason": UNSPENT if of.budget else "年度指标未在本系统下达，执行数以决算为准",
        "analysis": "前期工作启动较晚，下年提前开展招标和设计。",
    }
    rows = dict.fromkeys(evaluation.lines.values_list("pk", flat=True), row)
    services.save_evaluation(clerk, evaluation, evaluation.revision, texts, rows)
    services.submit_evaluation(clerk, evaluation)
    _sign(evaluation)
    if share < 1:
        _check(office, evaluation)
    _use(office, ResultUse.objects.select_related("of__project", "of__region").get(of=of), share)


def _sign(evaluation: Evaluation) -> None:
    """Everybody whose signature the flow asks for."""
    open_tasks = Task.objects.filter(case__subject=SUBJECT, case__document_id=evaluation.pk, state="open")
    while task := open_tasks.order_by("pk").first():
        post = Post.objects.with_nodes().select_related("user").get(pk=task.post_id)
        tasks.approve(actor_of(post), task, opinion="同意")
    evaluation.refresh_from_db()


def _check(office: Actor, evaluation: Evaluation) -> None:
    check = services.choose_check(office, evaluation, "重点民生项目复核")
    line = next((line for line in check.evaluation.lines.order_by("number") if line.score), None)
    if line is not None and line.score is not None:
        reason = "佐证材料只能证明部分数量，按核实数扣分"
        services.lower_points(office, check, line, line.score - Decimal(2), reason)
    services.state_view(holder("unit_head", unit=check.unit), check, "接受复核意见，已补充验收资料。")
    services.close_check(office, check, "数量指标佐证不足，其余属实。")


def _use(office: Actor, use: ResultUse, share: Decimal) -> None:
    percent = min(use.computed_percent or 10, 30)
    services.decide_use(office, use, DECISIONS[share], percent, "按年度得分和结转情况，由财政部门研究确定")
    services.tell_unit(office, use, "请对照未完成指标制定整改措施，下年编制预算时同步压减。")
