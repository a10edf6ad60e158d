"""What the demonstration's projects have reached: reports of past months, one returned and put right, values, two surveys."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from itertools import count
from uuid import UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import Post
from apps.budget.demo.acting import carry_through, holder, officer
from apps.budget.demo.people import fill_posts
from apps.codes.models import FiscalYear
from apps.disbursement.demo.clock import on
from apps.ledger import services as ledger
from apps.ledger.models import Authority, AuthorityState, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.lowcode.models import FormPurpose
from apps.lowcode.selectors.forms import form_for
from apps.performance import services
from apps.performance.models import ProgressReport, ProjectYear, Survey, Target
from apps.performance.plausible import Reached, doubt_about
from apps.performance.selectors.progress import reportable
from apps.projects.models import IndicatorKind
from apps.regions.models import Region
from apps.review.services.objections import public_actor
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("load_demo")
REGIONS = ("150100", "150102", "150204")
SPACE = UUID("5f0f7a52-6d0c-4c1c-9a53-64a3b7d3c001")  # names of reports, so that a second run files none twice
# Month → physical progress in per cent; what is left out is missing on the page.
SCHEDULES = (
    {2: 5, 3: 12, 4: 25, 5: 38, 6: 50, 7: 61, 8: 72, 9: 83, 10: 92},
    {3: 8, 4: 15, 6: 30, 7: 36, 10: 55},
    {2: 10, 3: 25, 4: 45, 5: 60, 6: 80, 7: 100},
)
RETURNED = (0, 8)  # of the first project the report of August comes back
WORDS = "{month}月末：已完成全部工作量的{percent}%，资金支付与进度一致，质量抽检合格，无安全事故。"
REASON = "附件缺少监理签字的工程量确认单，请补充后重新报送。"
SHARES = (("100", 46), ("80", 34), ("60", 14), ("30", 5), ("0", 1))  # points of the form → of a hundred people
ADVICE = ("希望明年继续实施。", "施工期间道路扬尘较大，请注意洒水降尘。", "公示张贴的位置不明显，建议发到嘎查微信群。")
PATIENT, HASTY = 75, 2  # seconds
SUPPLEMENT = Decimal("600000.00")
numbers = count(1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A project that the demonstration tells about."""

    place: int
    of: ProjectYear
    clerk: Actor


def load_values() -> None:
    """Years, reports, values and surveys; does nothing where reports are there already, or no project is in this year."""
    if ProgressReport.objects.exists():
        return
    call_command("load_performance", verbosity=0)
    call_command("load_forms", stdout=StringIO())
    year = FiscalYear.objects.filter(pk=timezone.localdate().year).first()
    if year is None:
        return
    for region in Region.objects.exclude(units=None).distinct().order_by("code"):
        services.open_years(ACTOR, region, year)
    shown = list(_shown(year))
    for one in shown:
        _give_money(one)
        _report(one)
        _prove(one)
    for one, is_closed in zip(shown, (True, False), strict=False):
        _survey(one, is_closed)
    services.collect_due(year.pk)


def _shown(year: FiscalYear) -> Iterator[Shown]:
    """One project of each region; whoever acts in past months held a post then."""
    begin = date(year.pk, 1, 1)
    Post.objects.filter(valid_from__gt=begin).update(valid_from=begin)
    place = 0
    for region in Region.objects.filter(code__in=REGIONS).order_by("code"):
        rows = ProjectYear.objects.filter(region=region, year=year, targets__kind=IndicatorKind.SATISFACTION)
        known = Post.objects.filter(role="unit_clerk", unit__region=region).values(
            "unit"
        )  # whose names people are told
        rows = rows.filter(unit__in=known) if rows.filter(unit__in=known).exists() else rows
        of = rows.select_related("project", "unit", "region").order_by("project__code").first()
        if of is not None and place < len(SCHEDULES):
            with on(begin):
                fill_posts(region)
            yield Shown(place, of, holder("unit_clerk", unit=of.unit))
            place += 1


def _give_money(one: Shown) -> None:
    """Authority for the project out of what its region has not allocated yet, where it has any."""
    of = one.of
    rows = Authority.objects.filter(region=of.region, year=of.year_id).select_related("balance", "fund")
    pool = rows.filter(state=AuthorityState.UNALLOCATED, balance__available__gte=SUPPLEMENT).first()
    like = rows.filter(state=AuthorityState.EXECUTABLE, unit=of.unit, kind="project").first()
    if pool is None or like is None:
        return
    elements = {name: getattr(like, name) for name in ("unit", "function", "department_economic", "kind")}
    line = LineInput(SUPPLEMENT, origin=pool, elements=elements | {"project": of.project}, summary=of.project.name)
    head = {
        "number": f"{of.region.code}财预〔{of.year_id}〕{900 + one.place}号",
        "title": f"关于下达{of.project.name}项目资金的通知",
        "dated": date(of.year_id, 3, 1),
        "basis": "年初预算安排",
        "reason": "项目按进度实施",
    }
    actor = officer(of.region)
    document = ledger.draw_up(actor, of.region, of.year_id, DocumentKind.SUPPLEMENT, head)
    carry_through(actor, document, [line])


def _report(one: Shown) -> None:
    today = timezone.localdate()
    for month, percent in SCHEDULES[one.place].items():
        as_of = date(one.of.year_id, month + 1, 1) - timedelta(days=1)
        filed = as_of + timedelta(days=4)
        if filed >= today:
            return
        with on(filed):
            report = _file(one, as_of, percent)
        if (one.place, month) == RETURNED:
            with on(filed + timedelta(days=2)):
                services.return_report(officer(one.of.region), report, REASON)
            with on(filed + timedelta(days=5)):
                report.refresh_from_db()
                _file(one, as_of, percent - 2, corrects=report)


def _file(one: Shown, as_of: date, percent: int, corrects: ProgressReport | None = None) -> ProgressReport:
    targets = {target: _value(target, percent) for target in reportable(one.of)}
    written = services.Written(
        as_of,
        Decimal(percent),
        WORDS.format(month=as_of.month, percent=percent),
        started_on=date(as_of.year, 2, 10),
        finished_on=as_of - timedelta(days=6) if percent == 100 else None,
        quantities={target.pk: value for target, value in targets.items() if value is not None},
        uploads=[_file_of(f"{as_of.month}月工程量确认单.txt", WORDS.format(month=as_of.month, percent=percent))],
    )
    key = uuid5(SPACE, f"{one.of.pk} {as_of} {bool(corrects)}")
    report = services.save_report(one.clerk, one.of, written, client_key=key, corrects=corrects)
    services.submit_report(one.clerk, report, confirmed=any(doubt_about(*pair) for pair in targets.items()))
    report.refresh_from_db()
    return report


def _value(target: Target, percent: int) -> Decimal | None:
    """Quantities follow the progress of the works; rates of quality and the like are entered once they are known."""
    if target.value is None or target.kind not in {IndicatorKind.QUANTITY, IndicatorKind.SOCIAL}:
        return None
    return (target.value * percent / 100).quantize(Decimal(1))


def _prove(one: Shown) -> None:
    """A value by hand with its file, and a goal in words."""
    last = max(SCHEDULES[one.place])
    day = date(one.of.year_id, last + 1, 1) - timedelta(days=1)
    if day >= timezone.localdate():
        return
    found = one.of.targets.filter(kind=IndicatorKind.QUALITY, value__isnull=False).first()
    if found is not None:
        reached = Reached(day, Decimal("97.5") if one.place == 0 else Decimal(93))
        services.record_value(one.clerk, found, reached, [_file_of("分项工程验收单.txt", "抽检40处，合格39处。")])
    in_words = one.of.targets.filter(nature="qualitative").first()
    if in_words is not None:
        tier, share = ("reached", 95) if one.place == 0 else ("partly", 70)
        proof = _file_of("决算审核意见.txt", "成本控制在批复总额以内。")
        services.record_value(one.clerk, in_words, Reached(day, tier=tier, share=Decimal(share)), [proof])


def _survey(one: Shown, is_closed: bool) -> None:
    """Forty and some people answer the first one, a dozen the other one, which is still open."""
    version = form_for(FormPurpose.SURVEY, one.of.region)
    target = one.of.targets.filter(kind=IndicatorKind.SATISFACTION).first()
    if version is None or target is None:
        return
    today = timezone.localdate()
    opened = today - timedelta(days=25)
    plan = services.Plan(version, f"{one.of.project.name}满意度调查"[:120], opened, today + timedelta(days=10), 30)
    with on(opened):
        survey = services.open_survey(one.clerk, target, plan)
    chance = random.Random(one.of.pk)  # noqa: S311 - sample data
    for number in range(46 if is_closed else 12):
        with on(opened + timedelta(days=number % 24), hour=8 + number % 12):
            _answer(survey, chance, HASTY if number % 15 == 14 else PATIENT)
    if is_closed:
        with on(today - timedelta(days=1)):
            services.close_survey(one.clerk, Survey.objects.select_related("target__of").get(pk=survey.pk))


def _answer(survey: Survey, chance: random.Random, seconds: int) -> None:
    points, weights = [point for point, _weight in SHARES], [weight for _point, weight in SHARES]
    values = {key: chance.choices(points, weights)[0] for key in ("overall", "quality", "openness")}
    values["who"] = chance.choice(["herder", "herder", "resident", "worker"])
    if chance.random() < 0.06:
        values["advice"] = chance.choice(ADVICE)
    number = next(numbers)
    address = f"10.15.{number // 200}.{number % 200}"
    sender = services.Sender(f"demonstration {number}", address, seconds, f"demonstration {survey.code} {number}")
    try:
        services.take_answer(public_actor(address), survey, values, sender)
    except RuleViolation:
        return  # the region asks other questions than the form that is shipped


def _file_of(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())
