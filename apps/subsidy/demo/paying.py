"""The paid roster of the demonstration: five of its households fail at the bank, four are put right and paid again."""

from datetime import date
from typing import Any

from apps.budget.demo.acting import holder
from apps.disbursement.numbers import with_check_digit
from apps.disbursement.sandbox.accounts import BankAccount
from apps.disbursement.services import submit_request
from apps.regions.models import Region
from apps.subsidy.demo.rosters import PAID, payers
from apps.subsidy.models import Outcome, Roster, RosterLine, RosterState
from apps.subsidy.services import corrections, payments
from imbudget.kit.actor import Actor

# Line → what its bank holds against it, and with which name or card it is put right; the last one has not come yet.
CLOSED, RENAMED, LIMITED = "closed", "renamed", "limited"
FAILURES = {7: CLOSED, 18: RENAMED, 28: LIMITED, 41: CLOSED, 54: RENAMED}
OPEN = 54
RARE = {"𬭎": "鋐"}  # what the bank's till could type
REASONS = {
    CLOSED: "原卡已注销，持卡人已换领社会保障卡",
    RENAMED: "户名按银行开户信息更正（人名间隔号写法）",
    LIMITED: "二类账户限额，更换为一类账户",
}


def play_day(play: Any, region: Region, day: date) -> None:
    """Called on each day of the demonstration's payments, before the treasury is spoken to."""
    roster = Roster.objects.filter(region=region, place__name=PAID, state=RosterState.READY, public_until__lt=day)
    found = roster.select_related("subsidy", "unit", "place", "region").first()
    if found is None:
        return
    clerk = holder("unit_clerk", unit=found.unit)
    if not found.payments.exists():
        _prepare_bank(play.counters[region.pk].desk.ledger.payees, found)
        authority = payers(region).filter(unit=found.unit)[0]
        _send(play, clerk, payments.draw_up_payments(clerk, found, authority, play.accounts[region.pk]))
    elif found.lines.filter(outcome=Outcome.FAILED).count() > 1:
        _correct(clerk, found)
        _send(play, clerk, payments.pay_again(clerk, found))


def _prepare_bank(payees: dict[str, BankAccount], roster: Roster) -> None:
    for line in roster.lines.filter(number__in=FAILURES):
        kind = FAILURES[line.number]
        name = _of_bank(line) if kind == RENAMED else line.name
        payees[line.card] = BankAccount(name, closed=kind == CLOSED, limit=line.amount / 2 if kind == LIMITED else None)


def _of_bank(line: RosterLine) -> str:
    """The name under which the bank has the account: another middle dot, a common character for a rare one."""
    name = line.name.replace("·", "•")
    for sign, typed in RARE.items():
        name = name.replace(sign, typed)
    return name


def _correct(clerk: Actor, roster: Roster) -> None:
    for line in roster.lines.filter(outcome=Outcome.FAILED).exclude(number=OPEN).select_related("roster"):
        kind = FAILURES.get(line.number, CLOSED)  # the bank of the demonstration fails one or two by itself
        card = with_check_digit(f"621700{roster.region.code}{line.number:06}")
        values = {"name": _of_bank(line)} if kind == RENAMED else {"card": card}
        corrections.correct_line(clerk, line, values, REASONS[kind])


def _send(play: Any, clerk: Actor, requests: Any) -> None:
    for request in requests:
        submit_request(clerk, request)
        play.sign(request)
