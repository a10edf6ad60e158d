"""Making the voucher of a request: content frozen, hashed and signed once; what is sent are these bytes."""

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.dialects import CORRECTION, PAYMENT, REFUND, MofDialect
from apps.disbursement.models import Business, OutMessage, PaymentRequest, TreasuryLink, Voucher
from apps.disbursement.selectors.links import dialect_of, link_of
from apps.disbursement.wire import Account, Order, OrderKey, OrderRow, Unreadable
from apps.disbursement.wire.mof import write_voucher
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation
from imbudget.kit.money import capital_amount

TOLD = ("reference", "amount", "source__reference", "payee_name", "payee_account", "payee_bank", "payee_bank_code")
TYPES = {Business.REFUND: REFUND, Business.CORRECTION: CORRECTION}


def make_voucher(request: PaymentRequest) -> Voucher:
    """The voucher, and the message that carries it.

    A refund and a correction are kept and not sent where the treasury's dialect has no message for them. Raises
    RuleViolation where the region has no treasury to pay through.
    """
    link = link_of(request.region) if request.business in TYPES else _link(request)
    order = order_of(request)
    try:
        voucher = _voucher(request, order)
        if link is not None and order.key.type in dialect_of(link).carries:
            _send_out(link, order, voucher)
    except Unreadable as error:
        raise RuleViolation(
            _("The treasury cannot take this request: %(field)s is too long or missing.") % {"field": error.detail}
        ) from error
    except ImproperlyConfigured as error:
        raise RuleViolation(
            _("The connection with the treasury is not set up: %(reason)s") % {"reason": error}
        ) from error
    return voucher


def _link(request: PaymentRequest) -> TreasuryLink:
    link = link_of(request.region)
    if link is None:
        raise RuleViolation(
            _("No treasury is connected with this region: the system administrator enters its connection first.")
        )
    return link


def _voucher(request: PaymentRequest, order: Order) -> Voucher:
    body = write_voucher(order)
    return Voucher.objects.create(
        request=request,
        region_id=request.region_id,
        unit_id=request.unit_id,
        division=order.key.division,
        year=order.key.year,
        type=order.key.type,
        number=order.key.number,
        dated=order.dated,
        total=order.total,
        capital=capital_amount(order.total),
        body=body,
        digest=sm3_hex(body),
    )


def _send_out(link: TreasuryLink, order: Order, voucher: Voucher) -> None:
    raw = _carried(link, order, bytes(voucher.body), voucher)
    name = f"{voucher.type}-{voucher.number}"
    OutMessage.objects.create(link=link, voucher=voucher, name=name, raw=raw, digest=sm3_hex(raw), due=timezone.now())


def _carried(link: TreasuryLink, order: Order, body: bytes, voucher: Voucher) -> bytes:
    dialect = dialect_of(link)
    if isinstance(dialect, MofDialect):
        return dialect.envelope(order.key, body)
    return dialect.write(order, f"{voucher.type}-{voucher.number}", timezone.localtime())


def order_of(request: PaymentRequest) -> Order:
    """What the treasury is told: payer, payees, and the elements that the money carries."""
    today, account = timezone.localdate(), request.account
    kind = TYPES.get(Business(request.business), PAYMENT)
    sign = -1 if request.business == Business.REFUND else 1  # below zero in refunds alone
    rows = tuple(
        OrderRow(reference, Account(*payee), sign * amount, request.purpose, original or "")
        for reference, amount, original, *payee in request.rows.order_by("number").values_list(*TOLD)
    )
    key = OrderKey(division_of(request.region.code), request.year_id, kind, f"{today:%Y%m%d}{request.pk:010}")
    payer = Account(account.name, account.number, account.bank_name, account.bank_code)
    original, before = _changed(request)
    return Order(key, today, payer, rows, request.business, elements_of(request), original, before)


def _changed(request: PaymentRequest) -> tuple[str, dict[str, str]]:
    """The number of the voucher that a refund or a correction changes, and what a correction was paid under before."""
    about = request.about
    if about is None:
        return "", {}
    number = Voucher.objects.filter(request=about).values_list("number", flat=True).first() or ""
    return number, elements_of(about) if request.business == Business.CORRECTION else {}


def division_of(code: str) -> str:
    """Nine digits: the six of the division, and 000 where it has no part with a finance office of its own."""
    return code.ljust(9, "0")


def elements_of(request: PaymentRequest) -> dict[str, str]:
    """The budget elements by the names of the national data standard."""
    authority = request.authority
    codes = {
        "FUND_TYPE_CODE": authority.fund,
        "EXP_FUNC_CODE": authority.function,
        "GOV_BGT_ECO_CODE": authority.government_economic,
        "DEP_BGT_ECO_CODE": authority.department_economic,
    }
    return {name: code.code for name, code in codes.items() if code is not None} | {
        "BGT_TYPE_CODE": authority.authority_type,
        "PAY_TYPE_CODE": authority.payment_method,
        "AGENCY_CODE": request.unit.code,
        "PRO_CODE": authority.project_code,
        "SET_MODE_CODE": request.settlement,
    }
