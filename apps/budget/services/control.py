"""Control figures: worked out, split, issued. No level ever gives away more than it has, whoever acts at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import BudgetRound, BudgetSheet, ControlFigure, ControlState, ExpenditureKind
from apps.budget.selectors.control import (
    Key,
    exceeding,
    overdrawn,
    top_of_units,
    tops_of,
    unexplained,
    written_of,
)
from apps.budget.services.locks import refuse_closed_year, refuse_round_not_run, refuse_unknown_year
from apps.budget.transitions import CONTROL
from apps.codes.models import Catalog, Code
from apps.evidence import services as evidence
from apps.regions.models import Department, Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.money import rounded
from imbudget.kit.transitions import advance_many

PLANNED = [str(ControlState.DRAFT), str(ControlState.ISSUED)]
IN_FORCE = [str(ControlState.ISSUED)]
WRITTEN = ["amount", "reason", "document", "updated_at"]


class FigureChanged(RuleViolation):
    """Somebody else wrote a figure that is being written; `seen` is what stands there now."""

    def __init__(self, text: str, seen: str) -> None:
        super().__init__(text)
        self.seen = seen


@dataclass(frozen=True, slots=True)
class FigureInput:
    """One figure as somebody wrote it. A unit stands for itself, its department is looked up; neither is the pool.

    `seen` is what stood there before their eyes (`written_of`); None where nobody looked.
    """

    fund_id: int
    kind: str
    amount: Decimal
    department_id: int | None = None
    unit_id: int | None = None
    reason: str = ""
    document: str = ""
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one department or unit gets of the figure above it."""

    part_id: int
    amount: Decimal
    reason: str = ""
    seen: str | None = None


@act
def set_control_figures(actor: Actor, region: Region, year: int, figures: Sequence[FigureInput]) -> int:
    """Work out figures of a region's pool, departments and units, as drafts; gives how many have changed.

    An issued figure stays in force until the draft of its change is issued, and a change needs a reason.
    """
    require(policies.may_set_control(actor, region.pk))
    _begin(region, year, None)
    return _write(actor, region, year, figures)


@act
def split_control_figures(actor: Actor, upper: ControlFigure, shares: Sequence[Share]) -> int:
    """Split the pool among departments, or a department's figure among its units, as drafts."""
    require(policies.may_split_control(actor, upper.region_id, upper.department_id))
    if upper.unit_id is not None or upper.state == ControlState.REPLACED:
        raise RuleViolation(_("This figure is not split any further."))
    _begin(upper.region, upper.year_id, upper.department_id)
    department = upper.department_id is None
    figures = [
        FigureInput(
            upper.fund_id,
            upper.kind,
            share.amount,
            department_id=share.part_id if department else None,
            unit_id=None if department else share.part_id,
            reason=share.reason,
            seen=share.seen,
        )
        for share in shares
    ]
    if upper.department_id is not None:
        tops = top_of_units(upper.region_id)
        if any(tops.get(share.part_id) != upper.department_id for share in shares):
            raise RuleViolation(_("A department splits its figure among its own units."))
    return _write(actor, upper.region, upper.year_id, figures)


@act
def issue_control_figures(
    actor: Actor, region: Region, year: int, document: str, department: Department | None = None
) -> int:
    """一下: put what was worked out into force, for the whole region or for the units of one department.

    Issued figures are frozen. A unit that has handed in more than its new figure has to be answered first.
    """
    require(policies.may_split_control(actor, region.pk, department.pk if department else None))
    _begin(region, year, department.pk if department else None)
    if not document:
        raise RuleViolation(_("Name the document by which the figures are issued."))
    drafts = _drafts(region, year, department)
    if not drafts:
        raise RuleViolation(_("Nothing has been worked out that could be issued."))
    _refuse_unexplained(drafts)
    _put_in_force(region, year, drafts, document)
    _refuse_overdrawn(region, year, IN_FORCE)
    _refuse_exceeding([draft.unit_id for draft in drafts if draft.unit_id], year)
    facts = [(draft, {"amount": str(draft.amount), "version": draft.number, "document": document}) for draft in drafts]
    evidence.append_many("budget.control_issued", facts, actor)
    return len(drafts)


@act
def drop_control_drafts(actor: Actor, region: Region, year: int, department: Department | None = None) -> int:
    """Throw away what was worked out and not issued; what is in force stays."""
    require(policies.may_split_control(actor, region.pk, department.pk if department else None))
    _begin(region, year, department.pk if department else None)
    drafts = _drafts(region, year, department)
    ControlFigure.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    _refuse_overdrawn(region, year, PLANNED)
    evidence.append("budget.control_dropped", department or region, actor, year=year, figures=len(drafts))
    return len(drafts)


def _begin(region: Region, year: int, department_id: int | None) -> None:
    """Refuse what is not the time for, and keep everybody else from the same figures.

    Figures come and go as versions, so the lock is on what stays: the department whose figure is split, and for acts
    on the whole region the region and all of its departments, in the order of their keys.
    """
    refuse_unknown_year(year)
    refuse_closed_year(year)
    refuse_round_not_run([region.pk], year, BudgetRound.FIRST_DOWN)
    departments = Department.objects.filter(region=region).order_by("pk")
    if department_id is None:
        Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
    else:
        departments = departments.filter(pk=department_id)
    list(departments.select_for_update(of=("self",), no_key=True))


def _write(actor: Actor, region: Region, year: int, figures: Sequence[FigureInput]) -> int:
    wanted = _keyed(region, year, figures)
    new, changed, gone = _compared(region, year, wanted)
    ControlFigure.objects.filter(pk__in=[row.pk for row in gone]).delete()
    ControlFigure.objects.bulk_update(changed, WRITTEN, batch_size=500)
    ControlFigure.objects.bulk_create(new, batch_size=1000)
    _refuse_overdrawn(region, year, PLANNED)
    count = len(new) + len(changed) + len(gone)
    if count:
        total = sum((figure.amount for figure in figures if figure.unit_id), Decimal(0))
        evidence.append("budget.control_set", region, actor, year=year, figures=count, units_total=str(total))
    return count


def _keyed(region: Region, year: int, figures: Sequence[FigureInput]) -> dict[Key, FigureInput]:
    """The figures by what they are for; refused where one is for nothing that the region has."""
    funds = set(
        Code.objects.filter(catalog=Catalog.FUND, year_id=year, is_leaf=True).order_by().values_list("pk", flat=True)
    )
    tops, units = set(tops_of(region.pk).values()), top_of_units(region.pk)
    keyed: dict[Key, FigureInput] = {}
    for figure in figures:
        department = figure.department_id
        if figure.unit_id is not None:
            if figure.unit_id not in units:
                raise RuleViolation(_("A control figure is for a unit of the region itself."))
            department = units[figure.unit_id]
        elif department is not None and department not in tops:
            raise RuleViolation(_("A control figure is for a department of the region's top level."))
        _refuse_unfit(figure, funds)
        key = (department, figure.unit_id, figure.fund_id, figure.kind)
        if key in keyed:
            raise RuleViolation(_("The same control figure is given twice."))
        keyed[key] = figure
    return keyed


def _refuse_unfit(figure: FigureInput, funds: set[int]) -> None:
    if figure.fund_id not in funds or figure.kind not in ExpenditureKind.values:
        raise RuleViolation(_("A control figure names a fund type of the last level and a kind of expenditure."))
    if figure.amount < 0 or figure.amount != rounded(figure.amount):
        raise RuleViolation(_("The amount must not be below zero and has two decimals at most."))


Rows = list[ControlFigure]


def _compared(region: Region, year: int, wanted: dict[Key, FigureInput]) -> tuple[Rows, Rows, Rows]:
    """What has to be written: new drafts, drafts that change, and drafts that come back to what is in force."""
    rows = ControlFigure.objects.filter(region=region, year_id=year)
    held = {(_key(row), row.state): row for row in rows.live()}
    numbers = rows.order_by().values("department_id", "unit_id", "fund_id", "kind").annotate(last=Max("number"))
    last: dict[Key, int] = {
        (row["department_id"], row["unit_id"], row["fund_id"], row["kind"]): row["last"] for row in numbers
    }
    new: Rows = []
    changed: Rows = []
    gone: Rows = []
    for key, figure in wanted.items():
        issued, draft = held.get((key, ControlState.ISSUED)), held.get((key, ControlState.DRAFT))
        _refuse_unseen(figure, draft or issued)
        if issued and issued.amount == figure.amount:
            gone += [draft] if draft else []
            continue
        if issued and not figure.reason:
            text = _("%(figure)s has been issued: a change needs a reason.")
            raise RuleViolation(text % {"figure": issued})
        row = draft or _blank(region, year, key, last.get(key, 0) + 1)
        if draft and (draft.amount, draft.reason, draft.document) == (figure.amount, figure.reason, figure.document):
            continue
        row.amount, row.reason, row.document = figure.amount, figure.reason, figure.document
        row.updated_at = timezone.now()
        (changed if draft else new).append(row)
    return new, changed, gone


def _refuse_unseen(figure: FigureInput, now: ControlFigure | None) -> None:
    """Two people at one figure: the second one has seen what the first one wrote before it is replaced."""
    if figure.seen in {None, written_of(now)} or now is None:
        return
    if now.amount == figure.amount and figure.reason in {"", now.reason}:
        return
    text = _("%(figure)s stands at %(amount)s yuan by now. Save again if yours is to take its place.")
    raise FigureChanged(text % {"figure": now, "amount": f"{now.amount:,.2f}"}, written_of(now))


def _key(row: ControlFigure) -> Key:
    return row.department_id, row.unit_id, row.fund_id, row.kind


def _blank(region: Region, year: int, key: Key, number: int) -> ControlFigure:
    department, unit, fund, kind = key
    return ControlFigure(
        region=region, year_id=year, department_id=department, unit_id=unit, fund_id=fund, kind=kind, number=number
    )


def _drafts(region: Region, year: int, department: Department | None) -> Rows:
    rows = ControlFigure.objects.for_list().filter(region=region, year_id=year, state=ControlState.DRAFT)
    if department is not None:
        rows = rows.filter(department=department, unit__isnull=False)
    return list(rows.order_by("pk"))


def _put_in_force(region: Region, year: int, drafts: Rows, document: str) -> None:
    keys = {_key(draft) for draft in drafts}
    issued = ControlFigure.objects.issued().filter(region=region, year_id=year)
    replaced = [row.pk for row in issued if _key(row) in keys]
    advance_many(CONTROL, ControlFigure.objects.filter(pk__in=replaced), "replace")
    rows = ControlFigure.objects.filter(pk__in=[draft.pk for draft in drafts])
    now = timezone.now()
    advance_many(CONTROL, rows, "issue", document=document, issued_at=now, updated_at=now)


def _refuse_overdrawn(region: Region, year: int, states: list[str]) -> None:
    found = overdrawn(region.pk, year, states)
    if not found:
        return
    first = found[0]
    who = Department.objects.get(pk=first.department_id) if first.department_id else region
    values = {
        "who": who,
        "fund": Code.objects.get(pk=first.fund_id),
        "kind": ExpenditureKind(first.kind).label,
        "held": f"{first.held:,.2f}",
        "given": f"{first.given:,.2f}",
    }
    raise RuleViolation(
        _("%(who)s has %(held)s of %(fund)s, %(kind)s, and gives away %(given)s. Nobody gives more than they have.")
        % values
    )


def _refuse_unexplained(drafts: Rows) -> None:
    found = unexplained([draft.pk for draft in drafts])
    if found:
        first = next(draft for draft in drafts if draft.pk == found[0])
        text = _("%(count)s figures of units cut what was accepted and say no reason, the first: %(first)s.")
        raise RuleViolation(text % {"count": len(found), "first": first})


def _refuse_exceeding(unit_ids: Iterable[int], year: int) -> None:
    found = exceeding(sorted(set(unit_ids)), year)
    if found:
        sheet = BudgetSheet.objects.select_related("unit").get(pk=found[0])
        text = _("%(unit)s has handed in more than its new figure: return its second submission first.")
        raise RuleViolation(text % {"unit": sheet.unit})
