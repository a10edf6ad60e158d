"""What waits for one person: sign for all sheets (and reports) of a region at once; begin the ways of what has none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import BudgetSheet, Compilation, CompilationState, SheetState
from apps.budget.services import handing, reporting
from apps.budget.services.handin import AT_ONCE, begin_cases_of
from apps.lowcode.models import Case, CaseState, Task
from apps.lowcode.selectors.inbox import own_tasks
from apps.lowcode.services.many import start_many
from apps.lowcode.services.tasks import approve, approve_each
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation, require

UNDER_WAY = (CaseState.RUNNING, CaseState.STUCK)
Tell = Callable[[int, int, str], None]


@dataclass(slots=True)
class Accepted:
    """How many were signed, and of which document the signature was refused, with the reason."""

    signed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def sheets_to_sign(actor: Actor, region: Region, year: int, round_: str) -> QuerySet[Task]:
    """What waits for the person of the sheets of a region's round."""
    sheets = BudgetSheet.objects.filter(region=region, state=SheetState.SUBMITTED).of_round(year, round_)
    return own_tasks(actor, handing.SUBJECT, sheets)


def sign_for(actor: Actor, sheet: BudgetSheet) -> None:
    """Sign the person's own task on a sheet: one row of a list."""
    task = own_tasks(actor, handing.SUBJECT, BudgetSheet.objects.filter(pk=sheet.pk)).first()
    if task is None:
        raise RuleViolation(_("It does not wait for you."))
    approve(actor, task)


def accept_waiting(actor: Actor, region: Region, year: int, round_: str, tell: Tell | None = None) -> Accepted:
    """Sign every task that the person has on the sheets of their region's round; each is judged as if signed alone."""
    require(policies.may_accept_waiting(actor, region))
    return sign_all(actor, sheets_to_sign(actor, region, year, round_), tell)


def receive_waiting(actor: Actor, reports: QuerySet[Compilation]) -> Accepted:
    """Sign every task that the person has on these reports."""
    waiting = reports.filter(state=CompilationState.REPORTED)
    return sign_all(actor, own_tasks(actor, reporting.SUBJECT, waiting))


def sign_all(actor: Actor, tasks: QuerySet[Task], tell: Tell | None = None) -> Accepted:
    """Sign these tasks, as many at once as one transaction should hold."""
    found, done = list(tasks), Accepted()
    for start in range(0, len(found), AT_ONCE):
        if tell:
            tell(start, len(found), _("signing"))
        for outcome in approve_each(actor, found[start : start + AT_ONCE]):
            if outcome.refusal:
                done.refused.append((outcome.task.case.label, outcome.refusal))
            else:
                done.signed += 1
    return done


def without_case(model: Any, state: str, subject: str) -> QuerySet:
    """Documents in this state that are not under way."""
    cases = Case.objects.filter(subject=subject, document_id=OuterRef("pk"), state__in=UNDER_WAY)
    return model.objects.filter(~Exists(cases), state=state)


def sheets_without_case() -> QuerySet[BudgetSheet]:
    """Sheets that were handed in and wait for nobody."""
    return without_case(BudgetSheet, SheetState.SUBMITTED, handing.SUBJECT)


def reports_without_case() -> QuerySet[Compilation]:
    """Reports that were sent and wait for nobody."""
    return without_case(Compilation, CompilationState.REPORTED, reporting.SUBJECT)


def begin_cases(actor: Actor) -> tuple[int, int]:
    """Send on their way what was handed in before there was one: (sheets, reports). A second run begins nothing."""
    sheets = list(sheets_without_case().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(sheets), AT_ONCE):
        with transaction.atomic():
            part = sheets_without_case().filter(pk__in=sheets[start : start + AT_ONCE])
            locked = part.order_by("pk").select_for_update(of=("self",), no_key=True)
            begin_cases_of(actor, [sheet.pk for sheet in locked], by_office=False)
    with transaction.atomic():
        reports = list(reports_without_case().select_related("region", "snapshot").order_by("pk"))
        start_many(actor, reporting.SUBJECT, reports)
    return len(sheets), len(reports)
