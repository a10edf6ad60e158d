"""Which rules watch a region on a day, their exceptions, and what became of what each rule has hit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from apps.monitoring.judging import Exempt
from apps.monitoring.models import Alarm, AlarmState, Exemption, ExemptionKind, Phase, Rule, RuleVersion, VersionState
from apps.monitoring.selectors.gathering import as_payee
from apps.regions.models import Region

CONFIRMED = (
    AlarmState.VIOLATION,
    AlarmState.ISSUED,
    AlarmState.ANSWERED,
    AlarmState.RETURNED,
    AlarmState.CLOSED,
)


def in_force(day: date, phase: str) -> QuerySet[RuleVersion]:
    """Versions in force on a day whose data the product has."""
    rows = RuleVersion.objects.filter(state=VersionState.IN_FORCE, phase=phase, valid_from__lte=day, valid_to__gte=day)
    return rows.filter(Q(rule__gap_zh_hans="") | Q(rule__gap_zh_hans=None)).select_related("rule")


def watching(region_id: int, day: date, phase: str = Phase.ACT) -> list[RuleVersion]:
    """The versions that hold in a region: its own and those of the regions above. One query."""
    below = Region.objects.filter(
        pk=region_id,
        tree_id=OuterRef("region__tree_id"),
        lft__gte=OuterRef("region__lft"),
        rght__lte=OuterRef("region__rght"),
    )
    return list(in_force(day, phase).filter(Exists(below)).order_by("rule__code", "pk"))


def exemptions_of(rule_ids: Iterable[int], day: date) -> dict[int, list[Exempt]]:
    """Rule → its exceptions on a day. One query."""
    found: dict[int, list[Exempt]] = defaultdict(list)
    rows = Exemption.objects.filter(rule__in=list(rule_ids), valid_from__lte=day, valid_to__gte=day)
    for one in rows:
        is_account = one.kind == ExemptionKind.ACCOUNT
        index = as_payee(bytes(one.account_index), one.account) if is_account else b""
        found[one.rule_id].append(Exempt(one.kind, one.value, index))
    return found


def measured(
    rules: QuerySet[Rule] | Sequence[int] | None, alarms: QuerySet[Alarm] | None = None
) -> dict[int, dict[str, object]]:
    """Rule → hits, judged, confirmed, false alarms, amount of its alarms; without `rules` of every rule. One query."""
    seen = Alarm.objects.all() if alarms is None else alarms
    rows = (
        (seen if rules is None else seen.filter(rule__in=rules))
        .order_by()
        .values("rule_id")
        .annotate(
            hits=Count("pk"),
            confirmed=Count("pk", filter=Q(state__in=CONFIRMED)),
            false=Count("pk", filter=Q(state=AlarmState.NORMAL)),
            open=Count("pk", filter=Q(state=AlarmState.SUSPECTED)),
            amount=Sum("amount"),
            refund=Sum("refund"),
            adjust=Sum("adjust"),
        )
    )
    return {row["rule_id"]: row | rates(row["confirmed"], row["false"]) for row in rows}


def rates(confirmed: int, false: int) -> dict[str, float | None]:
    """认定违规率 and 误报率 in percent of what was judged; none where nothing was."""
    judged = confirmed + false
    if not judged:
        return {"judged": 0, "confirmed_rate": None, "false_rate": None}
    return {
        "judged": judged,
        "confirmed_rate": round(confirmed * 100 / judged, 1),
        "false_rate": round(false * 100 / judged, 1),
    }
