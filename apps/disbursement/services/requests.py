"""Acts on payment requests: draw up, hand in, take back; what the flow decides. Money moves by `ledger.services` alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement import policies
from apps.disbursement.models import Business, Outcome, PaymentRequest, RequestState
from apps.disbursement.services import effects
from apps.disbursement.services.effects import TREASURY as TREASURY
from apps.disbursement.services.readiness import refuse_unready
from apps.disbursement.services.rows import RowInput, write_rows
from apps.disbursement.services.vouchers import make_voucher
from apps.disbursement.services.watching import look
from apps.disbursement.transitions import REQUEST, VOUCHER
from apps.evidence import services as evidence
from apps.ledger.models import Authority
from apps.lowcode.services.cases import give_up, lock_case, send_on, withdraw
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "disbursement.request"
HEAD = ("account", "business", "settlement", "purpose", "period", "contract", "stage")
Chosen = Mapping[str, list[int]]


@act
def draw_up(
    actor: Actor,
    authority: Authority,
    head: Mapping[str, Any],
    rows: Sequence[RowInput],
    *,
    again: PaymentRequest | None = None,
    about: PaymentRequest | None = None,
) -> PaymentRequest:
    """Begin a request out of an executable authority; nothing is held before it is handed in.

    `again` is the request whose failed rows it pays, `about` the one that it gives back or corrects.
    """
    require(policies.may_draw_up(actor, authority))
    if authority.unit is None:
        raise RuleViolation(_("Executable authority names its unit and its function."))
    request = PaymentRequest(
        authority=authority,
        year_id=authority.year_id,
        region_id=authority.region_id,
        unit=authority.unit,
        author_id=actor.user_id,
        again=again,
        about=about,
        **_head(head),
    )
    _refuse_unfit(request)
    request.save()
    request.refresh_from_db()
    write_rows(request, rows)
    evidence.append("disbursement.request_saved", request, actor, total=request.total, rows=len(rows))
    return request


@act
def save_request(
    actor: Actor, request: PaymentRequest, revision: int, head: Mapping[str, Any], rows: Sequence[RowInput]
) -> None:
    """Make head and rows exactly these; refused when someone else saved it since `revision` was read."""
    require(policies.may_edit(actor, request))
    taken = PaymentRequest.objects.filter(pk=request.pk, revision=revision, state=request.state).update(
        revision=F("revision") + 1
    )
    if not taken:
        raise RuleViolation(
            _("Someone else saved this request while you were working on it. Open it again and compare.")
        )
    for name, value in _head(head).items():
        setattr(request, name, value)
    request.revision = revision + 1
    _refuse_unfit(request)
    request.save(update_fields=[*HEAD])
    request.rows.all().delete()
    write_rows(request, rows)
    evidence.append("disbursement.request_saved", request, actor, total=request.total, rows=len(rows))


def _head(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in HEAD if name in values}


def _refuse_unfit(request: PaymentRequest) -> None:
    account = request.account
    if not account.is_open or account.region_id != request.region_id or account.unit_id not in {None, request.unit_id}:
        raise RuleViolation(
            _("This account does not pay for the unit: choose one of its own or of its finance office.")
        )
    try:
        request.full_clean(exclude=["league", "number"], validate_constraints=False)
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error


@act
def submit_request(actor: Actor, request: PaymentRequest, *, chosen: Chosen | None = None) -> None:
    """Hand a request in: its money is held from now on. Refused where the authority has less, or nobody is to be paid.

    What watches payments looks at it then; where it is stopped it goes no further, and its money stays held until it is
    taken back.
    """
    require(policies.may_submit(actor, request))
    lock_case(SUBJECT, request.pk)
    _lock(request)
    if not request.total:
        raise RuleViolation(_("Nobody is to be paid yet: enter a payee and an amount first."))
    warnings = refuse_unready(request)
    advance(
        REQUEST,
        request,
        "submit",
        return_reason="",
        hold=f"payment:{request.uid}:{request.revision}",
        submitted_at=timezone.now(),
        revision=request.revision + 1,
    )
    effects.hold(actor, request)
    evidence.append("disbursement.request_submitted", request, actor, total=request.total)
    if look(actor, request, warnings):
        send_on(actor, SUBJECT, request, chosen=chosen)
    request.refresh_from_db()


@act
def withdraw_request(actor: Actor, request: PaymentRequest) -> None:
    """Take a request back before it is decided, or after monitoring has stopped it."""
    require(policies.may_withdraw(actor, request))
    case = lock_case(SUBJECT, request.pk)
    if request.state == RequestState.STOPPED:
        _lock(request)
        withdrawn_request(actor, request, "")
    elif case is None:
        raise RuleViolation(_("The request is not under approval."))
    else:
        withdraw(actor, case)
    request.refresh_from_db()


@act
def abandon_request(actor: Actor, request: PaymentRequest) -> None:
    """Give up a draft or a returned request; it stays to be read."""
    require(policies.may_abandon(actor, request))
    case = lock_case(SUBJECT, request.pk)
    _lock(request)
    if case is not None:
        give_up(actor, case)
    advance(REQUEST, request, "abandon")
    request.rows.filter(repeats__isnull=False).update(repeats=None)
    evidence.append("disbursement.request_abandoned", request, actor)


def approve_request(actor: Actor, request: PaymentRequest) -> None:
    """The flow has approved: the voucher is made, signed and waits to be sent, in this transaction."""
    _lock(request)
    advance(REQUEST, request, "approve")
    voucher = make_voucher(request)
    if request.business == Business.CORRECTION and not voucher.messages.exists():
        _correct(request)
        advance(VOUCHER, voucher, "answer", answered_at=timezone.now())
    evidence.append(
        "disbursement.voucher_made", request, actor, voucher=voucher.number, digest=voucher.digest, total=request.total
    )


def _correct(request: PaymentRequest) -> None:
    """Nobody is asked in this dialect: the money moves between authorities, the bank moves none."""
    request.rows.update(outcome=Outcome.PAID, paid_on=timezone.localdate())
    effects.book(request, request.total)
    advance(REQUEST, request, "pay", paid=request.total)


def return_request(actor: Actor, request: PaymentRequest, reason: str) -> None:
    """The flow has returned the request; its money is free again."""
    advance(REQUEST, request, "return", return_reason=reason[:2000])
    effects.let_go(request)
    evidence.append("disbursement.request_returned", request, actor, reason=reason)


def refuse_request(actor: Actor, request: PaymentRequest, reason: str) -> None:
    """The flow has refused the request for good."""
    advance(REQUEST, request, "refuse", return_reason=reason[:2000])
    effects.let_go(request)
    request.rows.filter(repeats__isnull=False).update(repeats=None)
    evidence.append("disbursement.request_refused", request, actor, reason=reason)


def withdrawn_request(actor: Actor, request: PaymentRequest, reason: str) -> None:
    """Who handed the request in has taken it back."""
    if is_open(REQUEST, request, "withdraw"):
        advance(REQUEST, request, "withdraw")
        effects.let_go(request)
        evidence.append("disbursement.request_withdrawn", request, actor)


def _lock(request: PaymentRequest) -> None:
    PaymentRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    request.refresh_from_db(fields=["state", "total", "hold", "revision"])
