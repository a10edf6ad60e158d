"""Compilations of the whole region: past years at once, the compiled one by the services that officers use."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from apps.budget import services
from apps.budget.demo.acting import officer
from apps.budget.demo.bulk import written_in_bulk
from apps.budget.demo.data import compile_region
from apps.budget.demo.region import ACTOR, ALL_DONE, DONE, HALF_DONE, YEAR, stage_of
from apps.budget.demo.statements import run
from apps.budget.models import BudgetRound, Compilation, Snapshot
from apps.budget.services.compilations import snapshot_digest
from apps.budget.services.reporting import SUBJECT
from apps.budget.services.waiting import begin_cases
from apps.lowcode.selectors.inbox import own_tasks
from apps.lowcode.services import tasks
from apps.regions.models import Region

TABLE = "budget_snapshotrow"
FROZEN = {TABLE: ["budget_snapshotrow_is_frozen"]}
SENT_BACK = "汇总表与分单位明细的政府经济分类口径不一致，请核对后重新上报"


def compile_past(years: Iterable[int]) -> None:
    """What the regions approved and reported in past years, with the figures that their own compiling would freeze."""
    values: dict[str, Any] = {"years": list(years), "round": BudgetRound.SECOND_DOWN}
    run("compilations", **values)
    run("snapshots", **values)
    with written_in_bulk([TABLE], FROZEN):
        run("snapshot_rows", **values)
        run("snapshot_totals")
    for snapshot in Snapshot.objects.filter(compilation__year__in=values["years"]).order_by("pk"):
        snapshot.digest = snapshot_digest(snapshot)
        snapshot.save(update_fields=["digest"])
    run("compiled", **values)


def play_compiled_year() -> None:
    """What stands as handed in goes on its way. Three leagues have reported; in three others banners have; one report went back, one league was accepted."""
    begin_cases(ACTOR)
    for banner in _busy(level=2):
        if stage_of(banner) == DONE:
            compile_region(banner)
    for league in _busy(level=1):
        if league.code[2:4] in ALL_DONE:
            compile_region(league)
    region = Region.objects.get(code="150000")
    services.receive_waiting(officer(region), _first_report(region))
    for league in _busy(level=1):
        if league.code[2:4] in HALF_DONE:
            (task,) = own_tasks(officer(league), SUBJECT, _first_report(league))
            tasks.send_back(officer(league), task, reason=SENT_BACK)
    services.fold_summary()


def _busy(level: int) -> list[Region]:
    return list(Region.objects.filter(level=level, units__isnull=False).distinct().order_by("code"))


def _first_report(upper: Region) -> QuerySet[Compilation]:
    reports = Compilation.objects.filter(region__parent=upper, year=YEAR, state="reported").order_by("region__code")
    return Compilation.objects.filter(pk=reports[0].pk)
