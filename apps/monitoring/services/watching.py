"""Watching a payment that is handed in, inside its transaction: what stops it, what warns of it, and the alarms that stay."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.evidence import services as evidence
from apps.lowcode.conditions import plain
from apps.monitoring.judging import GRAVE, STRICT, Hit, asked_of, judge
from apps.monitoring.models import Alarm, AlarmState, Level, Mode, Phase, RuleVersion
from apps.monitoring.selectors.gathering import CONCERNED, Payment, gather
from apps.monitoring.selectors.rules import exemptions_of, watching
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.fields import mask_account
from imbudget.kit.registry import Watched

Found = list[tuple[RuleVersion, Hit]]


def watch(actor: Actor, request: PaymentRequest) -> Watched:
    """Ask all rules in force of a payment; the number of queries does not depend on how many rules or payees there are.

    What an officer has judged to be in order is let pass when the same request comes again with the same figures.
    """
    day = timezone.localdate()
    versions = watching(request.region_id, day)
    if not versions:
        return Watched()
    payment = gather([request], asked_of(version.condition for version in versions))[0]
    exempt = exemptions_of({version.rule_id for version in versions}, day)
    found = hits_of(versions, payment, exempt)
    return _told(actor, request, payment, found) if found else Watched()


def hits_of(versions: Sequence[RuleVersion], payment: Payment, exempt: Any) -> Found:
    """The hits of these rules; of a rule and the one that it tightens only the stricter is told."""
    found = []
    for version in versions:
        hit = judge(version.condition, payment, exempt.get(version.rule_id, ()))
        if hit is not None:
            found.append((version, hit))
    by_rule = {version.rule_id: version for version, _hit in found}
    covered = {
        version.rule.upper_id
        for version, _hit in found
        if version.rule.upper_id in by_rule and _covers(version, by_rule[version.rule.upper_id])
    }
    return [(version, hit) for version, hit in found if version.rule_id not in covered]


def _covers(version: RuleVersion, upper: RuleVersion) -> bool:
    return STRICT[Mode(version.mode)] <= STRICT[Mode(upper.mode)]


def _told(actor: Actor, request: PaymentRequest, payment: Payment, found: Found) -> Watched:
    known = dict(Alarm.objects.filter(request=request).values_list("key", "state"))
    keys = {version.pk: _key(request, version, hit, payment) for version, hit in found}
    open_hits = [(version, hit) for version, hit in found if known.get(keys[version.pk]) != AlarmState.NORMAL]
    fresh = [(version, hit) for version, hit in open_hits if keys[version.pk] not in known]
    if fresh:
        accounts = _accounts(request, fresh)
        Alarm.objects.bulk_create(_alarm(request, version, hit, keys[version.pk], accounts) for version, hit in fresh)
        codes = [version.rule.code for version, _hit in fresh]
        stops = sum(version.mode == Mode.BLOCK for version, _hit in fresh)
        evidence.append("monitoring.alarms_raised", request, actor, rules=codes, stops=stops)
    ordered = sorted(
        open_hits, key=lambda each: (STRICT[Mode(each[0].mode)], GRAVE[Level(each[0].level)], each[0].rule.code)
    )
    told = [(version.mode, sentence(version, hit)) for version, hit in ordered]
    return Watched(
        stops=tuple(text for mode, text in told if mode == Mode.BLOCK),
        warns=tuple(text for mode, text in told if mode != Mode.BLOCK),
    )


def _key(request: PaymentRequest, version: RuleVersion, hit: Hit, payment: Payment) -> str:
    """Names what was hit: the request with what is paid to whom for what, and the wording of the rule."""
    content = [payment.head["purpose"], payment.head["settlement"], payment.head["business"], f"{request.total:.2f}"]
    content += [f"{row.name}|{row.index.hex()}|{row.amount:.2f}" for row in hit.rows]
    return f"payment:{request.pk}:{version.pk}:{sm3_hex(chr(10).join(content).encode())[:32]}"


def _accounts(request: PaymentRequest, found: Found) -> dict[int, str]:
    """Number of a row → its account masked, for the rows that the alarms name. One query."""
    numbers = {row.number for _version, hit in found for row in hit.rows[:CONCERNED]}
    if not numbers:
        return {}
    rows = PaymentRow.objects.filter(request=request, number__in=numbers).values_list("number", "payee_account")
    return {number: mask_account(account) for number, account in rows}


def _alarm(request: PaymentRequest, version: RuleVersion, hit: Hit, key: str, accounts: dict[int, str]) -> Alarm:
    return Alarm(
        rule_id=version.rule_id,
        version=version,
        key=key,
        region_id=request.region_id,
        unit_id=request.unit_id,
        request=request,
        authority_id=request.authority_id,
        phase=Phase.ACT,
        mode=version.mode,
        level=version.level,
        amount=hit.amount,
        figures={name: _plain(value) for name, value in hit.figures.items()},
        rows=[
            {
                "number": row.number,
                "name": row.name,
                "account": accounts.get(row.number, ""),
                "amount": f"{row.amount:.2f}",
            }
            for row in hit.rows[:CONCERNED]
        ]
        + ([{"more": len(hit.rows) - CONCERNED}] if len(hit.rows) > CONCERNED else []),
    )


def _plain(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else plain(value)


def sentence(version: RuleVersion, hit: Hit) -> str:
    """What the maker is told: the rule, what is wrong and what to do, whom it concerns, and the clause."""
    names = "、".join(dict.fromkeys(row.name for row in hit.rows[:3]))
    words = {
        "rule": f"{version.rule.code} {version.name}",
        "text": version.text,
        "amount": f"{hit.amount:,.2f}",
        "names": names,
        "clause": version.clause_text,
    }
    if names:
        return _("%(rule)s: %(text)s Payee: %(names)s, %(amount)s yuan. Basis: %(clause)s") % words
    return _("%(rule)s: %(text)s Amount: %(amount)s yuan. Basis: %(clause)s") % words
