"""Where the money of a year flows: read from sums (`FlowTotal`) and from what levels gave to each other, never from payments."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from apps.codes.models import Catalog, Code
from apps.disbursement.models import FlowTotal
from apps.ledger.models import Authority, AuthorityState
from apps.regions.models import Region
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.sankey import Sankey, sankey

ZERO = Decimal("0.00")
LEVELS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line of a table of flows."""

    label: str
    held: Decimal
    paid: Decimal
    failed: Decimal


def level_label(level: int) -> str:
    """Who acts at a level of the tree."""
    return {0: _("autonomous region"), 1: _("leagues and cities")}.get(level, _("banners, counties and districts"))


def flows_of(actor: Actor, year: int, fund: int | None = None) -> QuerySet[FlowTotal]:
    """The sums within what the actor's post reaches."""
    rows = FlowTotal.objects.filter(year=year)
    if actor.reach == Reach.LEAGUE:
        rows = rows.filter(region__league=actor.league_id)
    elif actor.reach != Reach.EVERYTHING:
        rows = rows.filter(region=actor.region_id)
    return rows.filter(fund=fund) if fund else rows


def _sums(rows: QuerySet[FlowTotal], *names: str) -> list[dict[str, object]]:
    return list(
        rows.order_by().values(*names).annotate(of_held=Sum("held"), of_paid=Sum("paid"), of_failed=Sum("failed"))
    )


def by_level(rows: QuerySet[FlowTotal]) -> list[FlowLine]:
    """What regions of each level have on its way and have paid."""
    found = _sums(rows, "region__level")
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO, ZERO])
    for row in found:
        _add(sums[min(int(row["region__level"]), 2)], row)  # type: ignore[call-overload]
    return [FlowLine(level_label(level), *sums[level]) for level in LEVELS if level in sums]


def _add(sums: list[Decimal], row: dict[str, object]) -> None:
    for place, name in enumerate(("of_held", "of_paid", "of_failed")):
        sums[place] += row[name]  # type: ignore[operator]


def by_fund(rows: QuerySet[FlowTotal]) -> list[FlowLine]:
    """By the nature of the fund."""
    found = _sums(rows, "fund")
    funds = Code.objects.in_bulk([row["fund"] for row in found if row["fund"]])
    return _lines({_named(funds, row["fund"]): row for row in found})


def _named(codes: dict[int, Code], pk: object) -> str:
    code = codes.get(pk)  # type: ignore[call-overload]
    return f"{code.code}-{code.name}" if code is not None else str(_("other"))


def by_category(rows: QuerySet[FlowTotal], year: int) -> list[FlowLine]:
    """By what it is paid for: the class of the department economic tree."""
    names = category_names(year)
    return _lines(
        {names.get(str(row["category"]), str(row["category"]) or _("other")): row for row in _sums(rows, "category")}
    )


def by_region(rows: QuerySet[FlowTotal]) -> list[FlowLine]:
    """By region."""
    found = _sums(rows, "region")
    regions = Region.objects.in_bulk([row["region"] for row in found])
    return _lines({str(regions[row["region"]]): row for row in found})  # type: ignore[index]


def _lines(found: dict[str, dict[str, object]]) -> list[FlowLine]:
    lines = []
    for label, row in found.items():
        sums = [ZERO, ZERO, ZERO]
        _add(sums, row)
        lines.append(FlowLine(label, *sums))
    return sorted(lines, key=lambda line: (-line.paid, line.label))


def category_names(year: int) -> dict[str, str]:
    """Classes of the department economic tree by their three digits."""
    rows = Code.objects.filter(catalog=Catalog.DEPARTMENT_ECONOMIC, year=year, code__regex=r"^[0-9]{3}$")
    return {row.code: f"{row.code}-{row.name}" for row in rows}


def funds_of(rows: QuerySet[FlowTotal]) -> list[tuple[int, str]]:
    """Funds out of which something was paid or is on its way, the largest first."""
    found = rows.filter(fund__isnull=False).order_by().values("fund").annotate(all=Sum("paid"))
    ordered = [row["fund"] for row in sorted(found, key=lambda row: (-row["all"], row["fund"]))]
    funds = Code.objects.in_bulk(ordered)
    return [(pk, _named(funds, pk)) for pk in ordered]


def flow_picture(actor: Actor, year: int, fund: int) -> Sankey:
    """One fund from 自治区 down the levels to who is paid, by kind; bands are yuan."""
    names = category_names(year)
    flows = [(f"level{source}", f"level{target}", amount) for source, target, amount in _handed_down(actor, year, fund)]
    kinds: dict[str, Decimal] = defaultdict(Decimal)
    for row in _sums(flows_of(actor, year, fund), "region__level", "category"):
        level, kind = min(int(row["region__level"]), 2), f"kind{row['category']}"  # type: ignore[call-overload]
        flows.append((f"level{level}", kind, row["of_paid"]))  # type: ignore[arg-type]
        flows.append((f"level{level}", "held", row["of_held"]))  # type: ignore[arg-type]
        kinds[kind] += row["of_paid"]  # type: ignore[operator]
    levels = [[(f"level{level}", level_label(level))] for level in LEVELS]
    payees = [
        (kind, names.get(kind[4:], kind[4:] or _("other"))) for kind in sorted(kinds, key=lambda kind: -kinds[kind])
    ]
    return sankey([*levels, [*payees, ("held", _("on its way"))]], _joined(flows))


def _joined(flows: list[tuple[str, str, Decimal]]) -> list[tuple[str, str, Decimal]]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for source, target, amount in flows:
        sums[source, target] += amount
    return [(source, target, amount) for (source, target), amount in sums.items()]


def _handed_down(actor: Actor, year: int, fund: int) -> list[tuple[int, int, Decimal]]:
    """What levels issued to the levels below them."""
    sent = Authority.objects.visible_to(actor).filter(year=year, fund=fund, state=AuthorityState.SENT)
    rows = sent.order_by().values("region__level", "receiving_region__level").annotate(sum=Sum("balance__amount"))
    return [(min(row["region__level"], 2), min(row["receiving_region__level"], 2), row["sum"]) for row in rows]
