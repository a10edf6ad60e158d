"""批复, 分配下达, 追加追减, 调剂, 支付: the approved budget becomes authority, which is told, added to, moved and paid from."""

import shutil
from decimal import Decimal
from uuid import uuid4

from django.db.models import Sum

from apps.budget import services
from apps.budget.demo.acting import sign
from apps.budget.models import BudgetLine, BudgetRound, Compilation, ExpenditureKind
from apps.desk.services import result_path
from apps.ledger import services as ledger
from apps.ledger.models import Authority, AuthorityDocument, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.reports.demo.stage import Stage, Untied, equal
from apps.reports.letters import letter_document
from apps.reports.selectors import units_of
from apps.reports.services.letters import make_letters
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

PLACES = Decimal("0.01")
RESERVE, HELD_BACK, CUT_BACK = Decimal("1000000.00"), Decimal("400000.00"), Decimal("1000.00")
APPLIED, PAID, RETURNED = Decimal("0.60"), Decimal("0.50"), Decimal("1.00")  # shares of a line, yuan of the first one


def approve(stage: Stage) -> str:
    """The compiled budget is approved, posted, and kept as the round 二下; all three are the same money."""
    compilation = Compilation.objects.get(region=stage.region, year=stage.year, round=BudgetRound.SECOND_UP)
    head = stage.head(f"关于批复{stage.region.name}本级{stage.year}年部门预算的通知", 1, 26)
    document = services.draw_up_approval(stage.officer, compilation, head)
    sign(document)
    own = {"region": stage.region, "year": stage.year}
    issued = _sum(Authority.objects.filter(document=document), "balance__amount")
    lines = BudgetLine.objects.filter(**own, sheet__state="accepted")
    equal("authority and approved lines", issued, _sum(lines.filter(round=BudgetRound.SECOND_DOWN), "amount"))
    equal("authority and second submission", issued, _sum(lines.filter(round=BudgetRound.SECOND_UP), "amount"))
    return f"{document.number}: {document.authorities.count()} authorities, {issued:,.2f}"


def _sum(rows: object, name: str) -> Decimal:
    return rows.aggregate(total=Sum(name))["total"] or Decimal(0)  # type: ignore[attr-defined]


def letters(stage: Stage) -> str:
    """Every unit's letter as PDF; what the letters say adds up to the approval."""
    document = AuthorityDocument.objects.select_related("region").get(
        region=stage.region, year=stage.year, kind=DocumentKind.APPROVAL
    )
    units = list(units_of(document))
    told = sum((_told(document, unit) for unit in units), Decimal(0))
    equal("letters and approval", told, document.total)
    token = uuid4().hex
    made = make_letters(stage.officer, {"document": document.pk, "token": token}, "", lambda *_progress: None)
    archive = result_path(token)
    size = archive.stat().st_size
    archive.unlink()  # nobody asked for this file: the officer has it made from the page of the document
    shutil.rmtree(result_path(token, ".parts"), ignore_errors=True)
    return f"{made['documents']} letters over {told:,.2f}, {size / 1e6:.1f} MB"


def _told(document: AuthorityDocument, unit: object) -> Decimal:
    table = letter_document(document, unit, mongolian=False).sections[-1]  # type: ignore[arg-type]
    return Decimal(table.rows[-1].cells[-1])  # type: ignore[union-attr]


def distribute(stage: Stage) -> str:
    """Money held back for the year: booked as revenue, allocated to a unit, then issued to it."""
    pattern = _of_basic(stage)[0]
    pool = _pool(stage, pattern)
    elements = {name: getattr(pattern, name) for name in ("unit", "function", "department_economic", "kind")}
    line = LineInput(HELD_BACK, origin=pool, elements=elements, summary="预留资金分配")
    allocated = stage.post(DocumentKind.ALLOCATION, stage.head("关于分配预留资金的通知", 3, 5), [line])
    pending = allocated.authorities.get()
    whole = LineInput(HELD_BACK, origin=pending, target=pending)
    stage.post(DocumentKind.ISSUE, stage.head("关于下达预留资金的通知", 3, 20), [whole])
    pending.refresh_from_db()
    if pending.state != "executable":
        raise Untied(f"№ {pending.pk} was issued and is {pending.state}")
    return f"{RESERVE:,.2f} received, {HELD_BACK:,.2f} allocated and issued to {pattern.unit}"


def _pool(stage: Stage, pattern: Authority) -> Authority:
    line = LineInput(RESERVE, elements={"fund": pattern.fund}, summary="上级下达的年中补助")
    head = stage.head("关于接收上级补助资金的通知", 3, 1)
    return stage.post(DocumentKind.REVENUE, head, [line]).authorities.get()


def _of_basic(stage: Stage) -> list[Authority]:
    """Basic expenditure of the general public budget: no project sets a limit to it."""
    rows = [row for row in stage.executable() if row.kind == ExpenditureKind.BASIC]
    found = [row for row in rows if row.fund_id == rows[0].fund_id]
    if not found:
        raise RuleViolation("no unit has basic expenditure to add to")
    return found


def add(stage: Stage) -> str:
    """追加 out of what came in the year to three lines, and 追减 of a part of the last one."""
    rows = _of_basic(stage)
    pool = Authority.objects.filter(region=stage.region, year=stage.year, state="unallocated").latest("pk")
    left = RESERVE - HELD_BACK
    chosen = rows[:3]
    share = (left / (len(chosen) + 1)).quantize(PLACES)
    head = stage.head("关于追加人员经费的通知", 5, 12)
    added = stage.post(DocumentKind.SUPPLEMENT, head, [LineInput(share, origin=pool, target=row) for row in chosen])
    head = stage.head("关于收回部分追加资金的通知", 6, 30)
    cut = stage.post(DocumentKind.CUT, head, [LineInput(CUT_BACK, origin=chosen[-1], target=pool)])
    return f"{added.total:,.2f} added to {len(chosen)} lines, {cut.total:,.2f} cut back"


def reallocate(stage: Stage) -> str:
    """调剂: a unit asks, its head, the office and the leader agree."""
    rows = _of_basic(stage)
    for origin in rows:
        target = next((row for row in rows if row.unit_id == origin.unit_id and row.pk != origin.pk), None)
        if target is not None and origin.unit is not None:
            amount = (origin.balance.available / 20).quantize(PLACES)
            head = stage.head("关于调剂经济分类科目的申请", 8, 3)
            line = LineInput(amount, origin=origin, target=target, summary="调剂")
            document = stage.post(DocumentKind.REALLOCATION, head, [line], origin.unit)
            return f"{document.total:,.2f} within {origin.unit}"
    return "no unit has two lines of the same fund"


def pay(stage: Stage) -> str:
    """Applied for, paid, the rest given back; of the first payment something comes back."""
    rows = stage.executable()
    for row in rows:
        _pay(stage, row)
    first = next(row for row in rows if (row.balance.available * PAID).quantize(PLACES) > RETURNED)
    ledger.refund(_user(stage, first), first, RETURNED, f"play:{first.pk}:back", f"play:{first.pk}", "退回多付款")
    stage.paid -= RETURNED
    return f"{len(rows)} authorities, {stage.paid:,.2f} paid after a refund of {RETURNED:,.2f}"


def _user(stage: Stage, row: Authority) -> Actor:
    return stage.clerk(row.unit)  # type: ignore[arg-type]


def _pay(stage: Stage, row: Authority) -> None:
    applied, paid = ((row.balance.available * share).quantize(PLACES) for share in (APPLIED, PAID))
    clerk, key = stage.clerk(row.unit), f"play:{row.pk}"  # type: ignore[arg-type]
    if not paid:
        return
    ledger.reserve(clerk, row, applied, key, "支付申请")
    ledger.spend(clerk, row, paid, f"{key}:paid", key, "支付确认")
    if applied > paid:
        ledger.release(clerk, row, applied - paid, f"{key}:rest", key, "余款退回")
    stage.paid += paid
