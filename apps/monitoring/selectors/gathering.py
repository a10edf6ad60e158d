"""The facts of payments, in a number of queries that neither the rules nor the payees move."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, Sum
from django.utils import timezone

from apps.codes.models import EconomicDerivation, WatchedCode
from apps.codes.workdays import calendar_of
from apps.disbursement.models import PayAccount, PaymentRequest, PaymentRow, RequestState
from apps.monitoring.facts import GROUPS, payee_kind, plain_name
from apps.regions.models import Region, Unit

ZERO = Decimal("0.00")
# Requests whose money was at least asked for and not given back.
LIVING = (RequestState.SUBMITTED, RequestState.APPROVED, RequestState.PAID, RequestState.PART)
BACK = timedelta(days=400)
CONCERNED = 20  # rows that an alarm names
HEAD = (
    *(
        "pk",
        "total",
        "purpose",
        "business",
        "settlement",
        "submitted_at",
        "unit_id",
        "region_id",
        "year_id",
        "contract_id",
    ),
    *("unit__name", "unit__code", "unit__nature", "authority__department_economic_id"),
    *("authority__department_economic__code", "authority__government_economic__code", "authority__function__code"),
    *("authority__fund__code", "authority__kind", "authority__project_code", "authority__document_number"),
    *("authority__upper_document_number", "authority__direct_flag", "authority__is_debt", "authority__is_procurement"),
    *("authority__balance__amount", "authority__balance__increased", "authority__balance__decreased"),
    "authority__balance__available",
)
# What failed was not paid: a corrected name that is paid anew is neither another name nor a repetition.
HISTORY = """
SELECT w.payee_index, w.amount, count(*) FILTER (WHERE w.outcome <> 'failed'),
       count(*) FILTER (WHERE w.outcome <> 'failed' AND r.year_id = %(year)s),
       count(*) FILTER (WHERE w.outcome <> 'failed' AND r.purpose = %(purpose)s AND r.submitted_at >= %(month_ago)s),
       count(*) FILTER (WHERE w.outcome = 'failed'),
       array_agg(DISTINCT w.payee_name) FILTER (WHERE w.outcome <> 'failed')
FROM disbursement_paymentrow w JOIN disbursement_paymentrequest r ON r.id = w.request_id
WHERE w.payee_index = ANY(%(accounts)s) AND r.unit_id = %(unit)s AND r.id <> %(request)s
  AND r.state NOT IN ('draft', 'returned', 'refused', 'withdrawn')
  AND r.submitted_at < %(moment)s AND r.submitted_at >= %(since)s
GROUP BY w.payee_index, w.amount
"""


@dataclass(slots=True)
class Paid:
    """What the unit has paid to one account before."""

    times: int = 0
    times_year: int = 0
    sum_year: Decimal = ZERO
    least_year: Decimal | None = None
    failed: int = 0
    names: set[str] = field(default_factory=set)
    same: dict[Decimal, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One payee with its facts."""

    number: int
    name: str
    index: bytes
    amount: Decimal
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment with all the facts that were asked for."""

    pk: int
    raw: Mapping[str, Any]
    moment: datetime
    head: dict[str, Any]
    rows: tuple[Row, ...]


def gather(requests: Iterable[PaymentRequest | int], asked: Iterable[str]) -> list[Payment]:
    """The facts `asked` of these payments (or their keys): two queries for all of them, at most six more for each."""
    keys = [one if isinstance(one, int) else one.pk for one in requests]
    groups = {GROUPS[key] for key in asked if key in GROUPS}
    heads = {one["pk"]: one for one in PaymentRequest.objects.filter(pk__in=keys).values(*HEAD)}
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    listed = PaymentRow.objects.filter(request_id__in=keys).order_by("request_id", "number")
    for request_id, *row in listed.values_list("request_id", "number", "payee_name", "payee_index", "amount"):
        rows[request_id].append(tuple(row))
    return [_payment(heads[key], rows[key], groups) for key in keys if key in heads]


def _payment(raw: dict[str, Any], rows: Sequence[tuple[Any, ...]], groups: set[str]) -> Payment:
    moment = raw["submitted_at"] or timezone.now()
    head = _head(raw, moment) | {"payees": len(rows)}
    names: dict[bytes, set[str]] = defaultdict(set)
    for _number, name, index, _amount in rows:
        names[bytes(index)].add(plain_name(name))
    made = tuple(
        Row(number, name, bytes(index), amount, _row(raw, name, amount, len(names[bytes(index)])))
        for number, name, index, amount in rows
    )
    payment = Payment(raw["pk"], raw, moment, head, made)
    for group in sorted(groups):
        LOADERS[group](payment)
    return payment


def _head(raw: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    of = {key.removeprefix("authority__"): value for key, value in raw.items()}
    local = timezone.localtime(moment)
    whole = sum(
        (of["balance__amount"] or ZERO, of["balance__increased"] or ZERO, -(of["balance__decreased"] or ZERO)), ZERO
    )
    used = whole - (of["balance__available"] or ZERO)
    return {
        "total": raw["total"],
        "purpose": raw["purpose"],
        "purpose_length": len("".join(raw["purpose"].split())),
        "business": raw["business"],
        "settlement": raw["settlement"],
        "department_economic": of["department_economic__code"],
        "government_economic": of["government_economic__code"],
        "function": of["function__code"],
        "fund": of["fund__code"],
        "kind": of["kind"],
        "project_code": of["project_code"],
        "document_number": of["document_number"],
        "unit_code": raw["unit__code"],
        "unit_nature": raw["unit__nature"],
        "is_upper": bool(of["upper_document_number"]),
        "is_direct": of["direct_flag"] == "01",
        "is_debt": of["is_debt"],
        "is_procurement": of["is_procurement"],
        "has_contract": raw["contract_id"] is not None,
        "available": of["balance__available"],
        "execution_rate": (used / whole * 100).quantize(Decimal("0.01")) if whole else None,
        "month": local.month,
        "days_left": (date(local.year, 12, 31) - local.date()).days,
        "hour": local.hour,
    }


def _row(raw: Mapping[str, Any], name: str, amount: Decimal, names: int) -> dict[str, Any]:
    return {
        "amount": amount,
        "payee_name": name,
        "words": f"{raw['purpose']} {name}",
        "round_hundreds": amount % 100 == 0,
        "account_names": names,
    }


def _places(payment: Payment) -> None:
    """Whom the payees are: one query for the accounts of the region, one for its units of these names."""
    unit_id, region_id = payment.raw["unit_id"], payment.raw["region_id"]
    accounts = PayAccount.objects.filter(Q(unit=unit_id) | Q(unit=None), region=region_id)
    own = {as_payee(bytes(index), number) for index, number in accounts.values_list("number_index", "number")}
    names = {row.name for row in payment.rows} | {plain_name(row.name) for row in payment.rows}
    known = Unit.objects.filter(region=region_id, name__in=names).exclude(pk=unit_id).values_list("name", flat=True)
    units = frozenset(plain_name(name) for name in known)
    for row in payment.rows:
        row.facts["payee_kind"] = payee_kind(row.name, payment.raw["unit__name"], units)
        row.facts["account_is_own"] = row.index in own


@lru_cache(maxsize=20_000)
def as_payee(index: bytes, number: str) -> bytes:
    """The index by which an account is found among payees; `index` names the row that was read, for the cache."""
    return PaymentRow._meta.get_field("payee_index").value_of(number)  # type: ignore[union-attr]


def _history(payment: Payment) -> None:
    """What the unit paid to these accounts before. One query."""
    paid = _paid_before(payment) if payment.rows else {}
    for row in payment.rows:
        before = paid.get(row.index, Paid())
        others = {plain_name(name) for name in before.names} - {plain_name(row.name)}
        row.facts.update(
            {
                "payee_times": before.times,
                "payee_times_year": before.times_year + 1,
                "payee_sum_year": before.sum_year + row.amount,
                "payee_least_year": min(row.amount, before.least_year or row.amount),
                "same_30_days": before.same.get(row.amount, 0),
                "account_other_name": bool(others),
                "failed_before": before.failed,
            }
        )


def _paid_before(payment: Payment) -> dict[bytes, Paid]:
    values = {
        "accounts": sorted({row.index for row in payment.rows}),
        "unit": payment.raw["unit_id"],
        "request": payment.pk,
        "year": payment.raw["year_id"],
        "purpose": payment.raw["purpose"],
        "moment": payment.moment,
        "month_ago": payment.moment - timedelta(days=30),
        "since": payment.moment - BACK,
    }
    found: dict[bytes, Paid] = defaultdict(Paid)
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, values)
        for index, amount, times, times_year, same, failed, names in cursor.fetchall():
            paid = found[bytes(index)]
            paid.times += times
            paid.failed += failed
            paid.names.update(names or ())
            paid.same[amount] = same
            if times_year:
                paid.times_year += times_year
                paid.sum_year += amount * times_year
                paid.least_year = min(amount, paid.least_year or amount)
    return found


def _derivation(payment: Payment) -> None:
    """Whether the government class is the one that the department class leads to for this nature of unit. One query."""
    head, economic = payment.head, payment.raw["authority__department_economic_id"]
    wanted = EconomicDerivation.objects.filter(department_economic=economic, nature=head["unit_nature"])
    code = wanted.values_list("government_economic__code", flat=True).first() if economic else None
    known = code is not None and head["government_economic"]
    head["economic_fits"] = code == head["government_economic"] if known else None


def _calendar(payment: Payment) -> None:
    """Whether the day is worked in the region. One query."""
    day = timezone.localtime(payment.moment).date()
    payment.head["is_working_day"] = calendar_of(Region(pk=payment.raw["region_id"]), day, day).is_working(day)


def _watched(payment: Payment) -> None:
    """The watched item of the class, and what the unit spent on it this year and in these months of last. Two queries."""
    head = payment.head
    code = head["department_economic"]
    item = (
        WatchedCode.objects.filter(code__code=code, year=payment.raw["year_id"]).values_list("item", flat=True).first()
    )
    head["watched_item"] = item
    if item is None:
        return
    codes = WatchedCode.objects.filter(item=item).values("code__code")
    year = payment.raw["year_id"]
    before = _year_before(payment.moment)
    spent = _others(payment).filter(authority__department_economic__code__in=codes)
    sums = spent.aggregate(
        now=Sum("total", filter=Q(year=year)), then=Sum("total", filter=Q(year=year - 1, submitted_at__lte=before))
    )
    head["watched_sum"] = (sums["now"] or ZERO) + payment.raw["total"]
    head["watched_sum_before"] = sums["then"] or ZERO
    head["watched_growth"] = head["watched_sum"] - head["watched_sum_before"]


def _year_before(moment: datetime) -> datetime:
    is_leap_day = (moment.month, moment.day) == (2, 29)
    return moment.replace(year=moment.year - 1, day=28 if is_leap_day else moment.day)


def _others(payment: Payment) -> Any:
    """The unit's other payments that were handed in before this one."""
    rows = PaymentRequest.objects.filter(unit=payment.raw["unit_id"], state__in=LIVING)
    return rows.filter(submitted_at__lt=payment.moment).exclude(pk=payment.pk)


def _month(payment: Payment) -> None:
    """What the unit spent on the class this month. One query."""
    start = timezone.localtime(payment.moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    code = payment.head["department_economic"]
    rows = _others(payment).filter(submitted_at__gte=start, authority__department_economic__code=code)
    payment.head["economic_sum_month"] = (rows.aggregate(sum=Sum("total"))["sum"] or ZERO) + payment.raw["total"]


LOADERS: dict[str, Callable[[Payment], None]] = {
    "places": _places,
    "history": _history,
    "derivation": _derivation,
    "calendar": _calendar,
    "watched": _watched,
    "month": _month,
}
