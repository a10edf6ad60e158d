"""Rosters of the demonstration: one with faults to find, one before the public with objections, one ready to be paid."""

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.budget.demo.acting import holder
from apps.budget.demo.people import fill_posts
from apps.codes.models import FiscalYear
from apps.ledger.models import Authority, AuthorityState
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.regions.models import Region, Unit
from apps.subsidy.demo.registers import BANNERS, FAULTY, SUMUS, YEAR, fill_register, list_excluded
from apps.subsidy.models import Place, Roster, RosterState, Subsidy
from apps.subsidy.services import objections, publicity, rosters
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

FIXTURES = settings.BASE_DIR / "fixtures" / "subsidy"
SHOWN, PAID = SUMUS  # whose roster stands before the public, and whose is paid
PUBLISHED_SINCE = {SHOWN: 3, PAID: 90}  # days: several days of payments lie after the second one


def load_subsidies() -> None:
    """Subsidies, standards, registers and rosters; does nothing where the subsidy is there already."""
    if Subsidy.objects.filter(code="CYBZ").exists():
        return
    call_command("load_flows", str(settings.BASE_DIR / "fixtures" / "flows" / "subsidy.roster.json"), verbosity=0)
    _catalogue()
    for number, region in enumerate(
        Region.objects.filter(code__in=BANNERS, units__isnull=False).distinct().order_by("code")
    ):
        fill_register(region)
        if number == FAULTY:
            list_excluded(region)
            _begin(Unit.objects.filter(region=region).order_by("code")[0])
        else:
            _carry_through(region)


def _catalogue() -> None:
    call_command("import_subsidy_catalogue", FIXTURES / "subsidies.csv", table="subsidies", verbosity=0)
    years = {str(year) for year in FiscalYear.objects.values_list("year", flat=True)}
    lines = (FIXTURES / "standards.csv").read_text().splitlines(keepends=True)
    kept = [line for line in lines if line.startswith("subsidy,") or line.split(",")[2] in years]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write("".join(kept))
        file.flush()
        call_command("import_subsidy_catalogue", Path(file.name), table="standards", verbosity=0)


def payers(region: Region) -> QuerySet:
    """Authority that may pay the subsidy, that of farming first."""
    rows = Authority.objects.filter(
        region=region,
        unit__region=region,
        year_id=YEAR,
        state=AuthorityState.EXECUTABLE,
        department_economic__code__startswith=Subsidy.objects.get(code="CYBZ").economic_prefix,
    )
    farming = Case(When(function__code__startswith="213", then=Value(0)), default=Value(1))
    return rows.select_related("unit", "balance").order_by(farming, "-balance__available", "pk")


def _carry_through(region: Region) -> None:
    """A roster of each sumu, by the unit that can pay it; both are approved and published."""
    found = payers(region).first()
    unit = found.unit if found else Unit.objects.filter(region=region).order_by("code")[0]
    fill_posts(region)
    for place in Place.objects.filter(region=region, name__in=SUMUS).order_by("code"):
        clerk, roster = _begin(unit, place)
        rosters.submit_roster(clerk, roster)
        _sign(roster)
        if roster.state == RosterState.APPROVED:
            _publish(clerk, roster)


def _begin(unit: Unit, place: Place | None = None) -> tuple[Actor, Roster]:
    clerk = holder("unit_clerk", unit=unit)
    values = {"share": Decimal(50) if place else Decimal(100), "place": place}
    roster = rosters.begin_roster(clerk, unit, Subsidy.objects.get(code="CYBZ"), YEAR, values)
    rosters.make_lines(clerk, roster)
    return clerk, roster


def _sign(roster: Roster) -> None:
    while task := Task.objects.filter(case__subject=rosters.SUBJECT, case__document_id=roster.pk, state="open").first():
        post = Post.objects.with_nodes().select_related("user").get(pk=task.post_id)
        tasks.approve(actor_of(post), task)
    roster.refresh_from_db()


def _publish(clerk: Actor, roster: Roster) -> None:
    """Before the public since some days ago; one runs on with its objections, the other may end."""
    publicity.publish_roster(clerk, roster, "财政局农业股 0471-1234567")
    name = roster.place.name if roster.place else ""
    start = timezone.localdate() - timedelta(days=PUBLISHED_SINCE[name])
    Roster.objects.filter(pk=roster.pk).update(
        published_on=start, public_until=start + timedelta(days=roster.subsidy.publicity_days)
    )
    roster = Roster.objects.select_related("subsidy", "place").get(pk=roster.pk)
    if name == SHOWN:
        _object(clerk, roster)
        return
    try:
        publicity.end_publicity(clerk, roster)
    except RuleViolation:
        return  # a machine that has just been set up was not seen on those days: the notice runs on


def _object(clerk: Actor, roster: Roster) -> None:
    """One objection that the unit has recorded and answered, one of the public that waits."""
    first = objections.record_objection(
        clerk,
        roster,
        roster.lines.get(number=12),
        "本户2025年已将30亩草场流转给邻户，面积应当扣减",
        "苏和",
        "13847100012",
    )
    head = holder("unit_head", unit=roster.unit)
    answer = "经嘎查委员会现场核实，流转合同未办理变更登记，按确权面积发放"
    objections.answer_objection(head, first, answer, uphold=False)
    objections.file_objection(
        objections.public_actor(""),
        roster,
        roster.lines.get(number=27),
        "该户2026年5月在禁牧区放牧，未见扣减",
        proof="demonstration",
    )
