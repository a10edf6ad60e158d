"""Alarms of the demonstration in every state: payments of Hohhot's districts that rules find something about, judged,
sent to the unit, answered, sent back and settled by the people whose posts these are."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import Post
from apps.budget.demo.acting import holder
from apps.disbursement import services as disbursement
from apps.disbursement.models import AccountKind, PayAccount, PaymentRequest
from apps.disbursement.services import RowInput
from apps.files.services import store_file
from apps.ledger.models import Authority, AuthorityState
from apps.monitoring import services
from apps.monitoring.models import Alarm, ViolationType
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor

CITY = "150100"
PEOPLE = ("unit_clerk", "unit_head")
TERM = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Case:
    """A payment, the rule that finds it, and how far its alarm comes (the words of each act, in order)."""

    rule: str
    payee: str
    account: str
    amount: str
    purpose: str
    settlement: str = "1"
    violation: str = "03"
    steps: tuple[str, ...] = ()


OWN = ""  # the unit itself is paid
CASES = (
    Case("NM01", OWN, "6228480100000000011", "18000.00", "转入基本户周转"),
    Case("NM06", "蒙西打印社", "6228480100000000022", "5200.00", "支付零星打印费", settlement="4"),
    Case(
        "NM32", "内蒙古青城办公用品有限公司", "6228480100000000033", "3680.50", "购置办公用纸",
        steps=("normal:两笔业务对应两张发票，已核对，不属于重复支付",),
    ),
    Case("NM22", "大青山工艺品有限公司", "6228480100000000044", "9800.00", "制作会议纪念品", violation="03", steps=("violation",)),
    Case("NM23", "维多利超市有限责任公司", "6228480100000000055", "5000.00", "购置办公消耗品", steps=("violation", "issue")),
    Case(
        "NM33", "呼和浩特市鑫源商贸有限公司", "6228480100000000066", "12000.00", "往来款",
        violation="01", steps=("violation", "issue", "answer:款项为2025年设备尾款，已补充合同并更正用途"),
    ),
    Case(
        "NM05", "巴特尔", "6228480100000000077", "66000.00", "牧区道路清雪劳务费",
        violation="16", steps=("violation", "issue", "answer:已通知劳务人员补开发票", "send_back:请附劳务合同和工时记录"),
    ),
    Case(
        "NM20", "呼和浩特市昭君酒店有限公司", "6228480100000000088", "4260.00", "接待区外考察组用餐",
        violation="01", steps=("violation", "issue", "answer:已更正至公务接待费科目，调账凭证附后", "close:调账凭证已核对"),
    ),
)  # fmt: skip


def load_alarms() -> int:
    """Play the cases in the districts of the city that have authority and people; returns how many alarms there are."""
    districts = Region.objects.filter(parent__code=CITY).order_by("code")
    return sum(_play(region) for region in districts if _desk(region) is not None)


def _desk(region: Region) -> Actor | None:
    """Who judges there; None where the demonstration has nobody."""
    post = Post.objects.filter(role="treasury_clerk", region=region).exists()
    return holder("treasury_clerk", region=region) if post else None


def _play(region: Region) -> int:
    judge, unit = _desk(region), _unit(region)
    if judge is None or unit is None:
        return 0
    clerk, head = (holder(role, unit=unit) for role in PEOPLE)
    account = _account(region)
    if PaymentRequest.objects.filter(unit=unit, purpose=CASES[0].purpose).exists():
        return 0  # loaded before
    for case in CASES:
        if case.rule == "NM32":  # the second of two that are alike
            _pay(clerk, unit, account, case)
        request = _pay(clerk, unit, account, case)
        for alarm in Alarm.objects.filter(request=request, rule__code=case.rule).select_related("rule", "version"):
            _follow(judge, head, alarm, case)
    return Alarm.objects.filter(region=region).count()


def _unit(region: Region) -> Unit | None:
    """The first unit of a region that has a clerk, a head and issued authority."""
    units = Unit.objects.filter(region=region).order_by("code")
    for role in PEOPLE:
        units = units.filter(posts__role=role)
    with_money = Authority.objects.filter(state=AuthorityState.EXECUTABLE, balance__available__gt=0)
    return units.filter(pk__in=with_money.values("unit")).first()


def _account(region: Region) -> PayAccount:
    """The office's account to pay from."""
    held = PayAccount.objects.filter(region=region, unit=None, is_open=True).order_by("pk").first()
    if held is not None:
        return held
    return PayAccount.objects.create(
        region=region,
        kind=AccountKind.FINANCE,
        name=f"{region.name}财政局零余额账户",
        number=f"{region.code}0000000001",
        bank_name="中国农业银行呼和浩特分行",
        bank_code="103191052345",
    )


def _authority(unit: Unit, amount: Decimal) -> Authority:
    """The line of the unit with most left."""
    lines: QuerySet[Authority] = Authority.objects.filter(
        unit=unit, state=AuthorityState.EXECUTABLE, balance__available__gte=amount
    )
    return lines.select_related("unit", "balance").order_by("-balance__available", "pk")[0]


def _pay(clerk: Actor, unit: Unit, account: PayAccount, case: Case) -> PaymentRequest:
    amount = Decimal(case.amount)
    head = {"account": account, "purpose": case.purpose, "settlement": case.settlement}
    payee = RowInput(case.payee or unit.name, case.account, amount)
    request = disbursement.draw_up(clerk, _authority(unit, amount), head, [payee])
    disbursement.submit_request(clerk, request)
    services.watch(clerk, request)  # where the hand-in has asked already, this raises nothing twice
    return request


def _follow(judge: Actor, head: Actor, alarm: Alarm, case: Case) -> None:
    due = timezone.localdate() + TERM
    for step in case.steps:
        name, _colon, words = step.partition(":")
        match name:
            case "normal":
                services.judge_normal(judge, alarm, words)
            case "violation":
                services.judge_violation(judge, alarm, _finding(alarm, case))
            case "issue":
                services.issue_alarm(judge, alarm)
            case "answer":
                _answer(head, alarm, words)
            case "send_back":
                services.send_back_alarm(judge, alarm, words, due)
            case "close":
                services.close_alarm(judge, alarm, words)


def _answer(head: Actor, alarm: Alarm, words: str) -> None:
    """The unit's answer, with a sheet where the rule asks for a file."""
    files = []
    if alarm.version.needs_evidence and alarm.unit is not None:
        sheet = ContentFile(words.encode(), name="整改说明.txt")
        subject = {"subject_label": alarm._meta.label, "subject_id": str(alarm.pk)}
        files = [store_file(head, upload=sheet, region=alarm.region, unit=alarm.unit, **subject)]
    services.answer_alarm(head, alarm, words, files)


def _finding(alarm: Alarm, case: Case) -> dict[str, object]:
    kind = ViolationType.objects.get(code=case.violation)
    return {
        "violation": kind,
        "finding": f"{alarm.version.name}：{case.purpose}，收款人{case.payee or '本单位'}，金额{alarm.amount:,.2f}元。",
        "demands": "核实款项性质，属违规的限期退回或者调账，并附凭证。",
        "refund": alarm.amount if case.violation == "03" else Decimal("0.00"),
        "adjust": alarm.amount if case.violation != "03" else Decimal("0.00"),
        "other": Decimal("0.00"),
        "due": timezone.localdate() + TERM,
    }
