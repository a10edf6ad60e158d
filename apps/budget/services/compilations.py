"""Acts of a region's finance office on its compilation: open, compile, open again. Its report: services/reporting.py."""

from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies, selectors
from apps.budget.models import Compilation, CompilationState, Snapshot, SnapshotRow
from apps.budget.services.locks import (
    lock_compilation,
    refuse_closed_year,
    refuse_round_not_run,
    refuse_unknown_year,
)
from apps.budget.transitions import COMPILATION
from apps.evidence import services as evidence
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

OWN_ROWS = """
INSERT INTO budget_snapshotrow (snapshot_id, region_id, function_id, department_economic_id, government_economic_id,
                                fund_id, amount, line_count)
SELECT %(snapshot)s, l.region_id, l.function_id, l.department_economic_id, l.government_economic_id, l.fund_id,
       sum(l.amount), count(*)
FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id
WHERE l.region_id = %(region)s AND l.year_id = %(year)s AND l.round = %(round)s AND s.state = 'accepted'
GROUP BY l.region_id, l.function_id, l.department_economic_id, l.government_economic_id, l.fund_id
"""
ROWS_BELOW = """
INSERT INTO budget_snapshotrow (snapshot_id, region_id, function_id, department_economic_id, government_economic_id,
                                fund_id, amount, line_count)
SELECT %(snapshot)s, r.region_id, r.function_id, r.department_economic_id, r.government_economic_id, r.fund_id,
       r.amount, r.line_count
FROM budget_snapshotrow r JOIN budget_compilation c ON c.snapshot_id = r.snapshot_id
WHERE c.id = ANY(%(reports)s)
"""
# One text for the whole snapshot, put together where the rows are.
DIGEST_TEXT = """
SELECT coalesce(string_agg(
    concat_ws(E'\\t', region, function, department, government, fund, amount, line_count), E'\\n'
    ORDER BY region, function, department, government, fund
), '')
FROM (
    SELECT g.code COLLATE "C" AS region, f.code COLLATE "C" AS function, coalesce(d.code, '') COLLATE "C" AS department,
           coalesce(e.code, '') COLLATE "C" AS government, k.code COLLATE "C" AS fund, r.amount, r.line_count
    FROM budget_snapshotrow r
    JOIN regions_region g ON g.id = r.region_id
    JOIN codes_code f ON f.id = r.function_id
    LEFT JOIN codes_code d ON d.id = r.department_economic_id
    LEFT JOIN codes_code e ON e.id = r.government_economic_id
    JOIN codes_code k ON k.id = r.fund_id
    WHERE r.snapshot_id = %s
) rows
"""


@act
def open_compilation(actor: Actor, region: Region, year: int, round_: str) -> Compilation:
    """The region's compilation of the round, begun when there is none."""
    require(policies.may_open_compilation(actor, region))
    refuse_unknown_year(year)
    refuse_closed_year(year)
    refuse_round_not_run([region.pk], year, round_)
    return lock_compilation(region.pk, year, round_)


@act
def compile_budget(actor: Actor, compilation: Compilation, missing_reason: str = "", progress: Any = None) -> Snapshot:
    """Freeze the region's figures: accepted sheets of its own units and the accepted reports from below.

    Refused while a sheet or report waits for an answer, and without a reason when units are missing.
    """
    tell = progress or (lambda done, of, message="": None)
    locked = lock_compilation(compilation.region_id, compilation.year_id, compilation.round)
    require(policies.may_compile(actor, locked))
    refuse_closed_year(locked.year_id)
    refuse_round_not_run([locked.region_id], locked.year_id, locked.round)
    tell(0, 4, _("looking for what is missing"))
    status = selectors.collection_status(locked.region, locked.year_id, locked.round)
    refuse_undecided(status, missing_reason)
    tell(1, 4, _("adding up the sheets"))
    snapshot = _freeze(locked, status, missing_reason)
    tell(3, 4, _("freezing the figures"))
    advance(COMPILATION, locked, "compile", snapshot=snapshot, return_reason="", updated_at=timezone.now())
    evidence.append(
        "budget.compiled",
        locked,
        actor,
        snapshot=snapshot.number,
        total=str(snapshot.total),
        missing=snapshot.missing_units,
        missing_reason=snapshot.missing_reason,
        digest=snapshot.digest,
    )
    tell(4, 4)
    return snapshot


def refuse_undecided(status: selectors.CollectionStatus, missing_reason: str) -> None:
    """Refuse while something waits for an answer, and without a reason when something is missing; a page asks before it
    begins the job.
    """
    if status.waiting:
        raise RuleViolation(
            _("%(count)s sheets or reports wait for your answer: accept or return them first.")
            % {"count": status.waiting}
        )
    if status.missing and not missing_reason:
        raise RuleViolation(
            _(
                "%(count)s units or regions have not handed in: urge them, or give the reason why you compile without them."
            )
            % {"count": status.missing}
        )


def _freeze(compilation: Compilation, status: selectors.CollectionStatus, missing_reason: str) -> Snapshot:
    snapshot = Snapshot.objects.create(
        compilation=compilation,
        number=compilation.snapshots.count() + 1,
        total=0,
        line_count=0,
        missing_units=status.missing,
        missing_reason=missing_reason if status.missing else "",
        digest="",
    )
    reports = Compilation.objects.filter(pk__in=status.report_ids, state=CompilationState.ACCEPTED)
    values: dict[str, Any] = {
        "snapshot": snapshot.pk,
        "region": compilation.region_id,
        "year": compilation.year_id,
        "round": compilation.round,
        "reports": list(reports.order_by("pk").values_list("pk", flat=True)),
    }
    with connection.cursor() as cursor:
        cursor.execute(OWN_ROWS, values)
        cursor.execute(ROWS_BELOW, values)
    _refuse_double(snapshot)
    sums = SnapshotRow.objects.filter(snapshot=snapshot).aggregate(total=Sum("amount"), lines=Sum("line_count"))
    snapshot.total, snapshot.line_count = sums["total"] or Decimal(0), sums["lines"] or 0
    snapshot.digest = snapshot_digest(snapshot)
    snapshot.save(update_fields=["total", "line_count", "digest"])
    return snapshot


def _refuse_double(snapshot: Snapshot) -> None:
    """A region whose line of report was changed in mid-round could stand in two reports at once."""
    keys = ("region_id", "function_id", "department_economic_id", "government_economic_id", "fund_id")
    rows = SnapshotRow.objects.filter(snapshot=snapshot).values(*keys).annotate(times=Count("pk"))
    twice = rows.filter(times__gt=1).order_by("region_id").first()
    if twice is not None:
        raise RuleViolation(
            _("%(region)s stands in two of the reports: return one of them, or its money would count twice.")
            % {"region": Region.objects.get(pk=twice["region_id"])}
        )


def snapshot_digest(snapshot: Snapshot) -> str:
    """SM3 over the snapshot's rows in the order of their codes; a changed digit changes it."""
    with connection.cursor() as cursor:
        cursor.execute(DIGEST_TEXT, [snapshot.pk])
        text = cursor.fetchone()[0]
    return sm3_hex(text.encode())


@act
def reopen_compilation(actor: Actor, compilation: Compilation) -> None:
    """Open a compiled budget again; its frozen figures stay in the record."""
    locked = lock_compilation(compilation.region_id, compilation.year_id, compilation.round)
    require(policies.may_reopen(actor, locked))
    refuse_closed_year(locked.year_id)
    advance(COMPILATION, locked, "reopen", updated_at=timezone.now())
    evidence.append("budget.reopened", locked, actor)
