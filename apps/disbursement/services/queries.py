"""查询, sending again and giving up: what the treasury's desk does about a voucher of which nothing is heard.

Nothing is freed while the treasury may still pay: a voucher is given up only when the treasury refused to take it and has
said, asked after that, that it does not know it.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.disbursement import policies
from apps.disbursement.models import OutKind, OutMessage, OutState, PaymentRequest, Voucher, VoucherState
from apps.disbursement.selectors.links import dialect_of
from apps.disbursement.services import settling
from apps.disbursement.services.requests import TREASURY
from apps.disbursement.transitions import OUT_MESSAGE, VOUCHER
from apps.disbursement.wire import Answer, OrderKey, Standing
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import require
from imbudget.kit.transitions import advance

AT_ONCE = 200


@act
def ask_treasury(actor: Actor, voucher: Voucher) -> OutMessage:
    """Ask what became of a voucher; the query goes out with the next round."""
    require(policies.may_ask(actor, voucher))
    return ask(actor, voucher)


def ask(actor: Actor, voucher: Voucher) -> OutMessage:
    """The same for whoever needs not be asked: the clock, and an answer that says too little."""
    Voucher.objects.select_for_update(of=("self",), no_key=True).get(pk=voucher.pk)
    carried = voucher.messages.filter(kind=OutKind.VOUCHER).select_related("link").latest("pk")
    number = voucher.messages.filter(kind=OutKind.QUERY).count() + 1
    name, now = f"Q{voucher.number}-{number}", timezone.localtime()
    key = OrderKey(voucher.division, voucher.year, voucher.type, voucher.number)
    raw = dialect_of(carried.link).ask(key, carried.name, name, now)
    query = OutMessage.objects.create(
        link=carried.link, voucher=voucher, kind=OutKind.QUERY, name=name, raw=raw, digest=sm3_hex(raw), due=now
    )
    evidence.append("disbursement.asked", voucher.request, actor, voucher=voucher.number, query=name)
    return query


def ask_overdue() -> int:
    """Ask about every voucher that was sent and not answered within the minutes set; again as often as nothing is heard."""
    limit = timezone.now() - timedelta(minutes=settings.TREASURY_ASK_MINUTES)
    asked = OutMessage.objects.filter(voucher=OuterRef("voucher"), kind=OutKind.QUERY, made_at__gt=limit)
    waiting = OutMessage.objects.filter(
        ~Exists(asked),
        kind=OutKind.VOUCHER,
        state=OutState.SENT,
        answered_at=None,
        sent_at__lt=limit,
        voucher__state__in=[VoucherState.SENT, VoucherState.TAKEN],
    )
    numbers = list(waiting.order_by("sent_at").values_list("voucher_id", flat=True)[:AT_ONCE])
    for pk in numbers:
        with transaction.atomic():
            ask(TREASURY, Voucher.objects.select_related("request").get(pk=pk))
    return len(numbers)


@act
def send_again(actor: Actor, message: OutMessage) -> None:
    """Send the same bytes once more: the other end takes a voucher once, however often it comes."""
    require(policies.may_send_again(actor, message))
    advance(OUT_MESSAGE, message, "again", due=timezone.now(), trouble="")
    evidence.append("disbursement.sent_again", message.voucher.request, actor, message=message.name)


@act
def give_up_voucher(actor: Actor, voucher: Voucher, reason: str) -> None:
    """The treasury refused to take the voucher and says that it does not know it: nobody is paid, the money is free."""
    list(voucher.messages.select_for_update(of=("self",)).order_by("pk"))
    Voucher.objects.select_for_update(of=("self",)).get(pk=voucher.pk)
    voucher.refresh_from_db()
    require(policies.may_give_up(actor, voucher))
    request = (
        PaymentRequest.objects.select_for_update(of=("self",))
        .select_related(*settling.RELATED)
        .get(pk=voucher.request_id)
    )
    nobody = Answer(message="", order=voucher.number, standing=Standing.REFUSED, reason=reason)
    settling.settle(request, nobody)
    advance(VOUCHER, voucher, "give_up", state_word=reason[:360], answered_at=timezone.now())
    voucher.messages.filter(kind=OutKind.VOUCHER).update(answered_at=timezone.now())
    evidence.append("disbursement.voucher_given_up", request, actor, voucher=voucher.number, reason=reason[:2000])
