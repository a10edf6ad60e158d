"""Where the money of a year flows: read from sums (`FlowTotal`) and from what levels gave to each other, never from payments."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.codes.models import Catalog, Code
from apps.disbursement.models import FlowTotal
from apps.ledger.models import Authority, AuthorityState
from apps.regions.models import Region
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.charts import Head, Sankey, sankey

ZERO = Decimal("0.00")
LEVELS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line of a table of flows."""

    label: str
    held: Decimal
    paid: Decimal
    failed: Decimal


@dataclass(frozen=True, slots=True)
class FlowSum:
    """What a region has on its way, has paid and failed to pay, out of one fund for one class (three digits)."""

    region: int
    level: int
    fund: int | None
    category: str
    held: Decimal
    paid: Decimal
    failed: Decimal


def level_label(level: int) -> str:
    """Who acts at a level of the tree."""
    return {0: _("autonomous region"), 1: _("leagues and cities")}.get(level, _("banners, counties and districts"))


def flows_of(actor: Actor, year: int) -> QuerySet[FlowTotal]:
    """The sums within what the actor's post reaches."""
    rows = FlowTotal.objects.filter(year=year)
    if actor.reach == Reach.LEAGUE:
        return rows.filter(region__league=actor.league_id)
    return rows if actor.reach == Reach.EVERYTHING else rows.filter(region=actor.region_id)


class YearFlows:
    """The flows of a year in what a post reaches: the sums are read once, and every table is added up from them."""

    def __init__(self, actor: Actor, year: int) -> None:
        self.actor, self.year = actor, year

    @cached_property
    def sums(self) -> list[FlowSum]:
        """A sum for each region, fund and class. One query."""
        rows = flows_of(self.actor, self.year).order_by().values_list("region", F("region__level"), "fund", "category")
        found = rows.annotate(of_held=Sum("held"), of_paid=Sum("paid"), of_failed=Sum("failed"))
        return [FlowSum(region, min(level, 2), *rest) for region, level, *rest in found]

    @cached_property
    def _categories(self) -> dict[str, str]:
        """Classes of the department economic tree by their three digits. One query."""
        digits = {one.category for one in self.sums if one.category}
        codes = Code.objects.filter(catalog=Catalog.DEPARTMENT_ECONOMIC, year=self.year, code__in=digits)
        return {code: f"{code}-{name}" for code, name in codes.values_list("code", "name")}

    @cached_property
    def _funds(self) -> dict[int, str]:
        """One query."""
        codes = Code.objects.filter(pk__in={one.fund for one in self.sums if one.fund})
        return {pk: f"{code}-{name}" for pk, code, name in codes.values_list("pk", "code", "name")}

    def by_level(self) -> list[FlowLine]:
        """What regions of each level have on its way and have paid."""
        sums = self._added(lambda one: one.level)
        return [FlowLine(level_label(level), *sums[level]) for level in LEVELS if level in sums]

    def by_fund(self) -> list[FlowLine]:
        """By the nature of the fund."""
        return _lines(self._added(lambda one: self._funds.get(one.fund or 0, _("other"))))

    def by_category(self) -> list[FlowLine]:
        """By what it is paid for: the class of the department economic tree."""
        return _lines(self._added(lambda one: self._category(one.category)))

    def by_region(self) -> list[FlowLine]:
        """By region. One query for their names."""
        sums = self._added(lambda one: one.region)
        regions = dict(Region.objects.filter(pk__in=sums).values_list("pk", "name"))
        return _lines({regions[region]: amounts for region, amounts in sums.items()})

    def funds(self) -> list[tuple[int, str]]:
        """Funds out of which something was paid or is on its way, the largest first."""
        sums = self._added(lambda one: one.fund or 0)
        ordered = sorted((fund for fund in sums if fund), key=lambda fund: (-sums[fund][1], fund))
        return [(fund, self._funds.get(fund, _("other"))) for fund in ordered]

    def picture(self, head: Head, fund: int) -> Sankey:
        """One fund from 自治区 down the levels to who is paid, by kind; bands are yuan. One query for what levels sent."""
        flows = self._handed_down(fund)
        kinds: dict[str, Decimal] = defaultdict(Decimal)
        for one in self.sums:
            if one.fund == fund:
                level, kind = f"level{one.level}", f"kind{one.category}"
                flows += [(level, kind, one.paid), (level, "held", one.held)]
                kinds[kind] += one.paid
        levels = [[(f"level{level}", level_label(level))] for level in LEVELS]
        ordered = sorted(kinds, key=lambda kind: -kinds[kind])
        payees = [(kind, self._category(kind.removeprefix("kind"))) for kind in ordered]
        return sankey(head, [*levels, [*payees, ("held", _("on its way"))]], _joined(flows))

    def _category(self, category: str) -> str:
        return self._categories.get(category, category or _("other"))

    def _handed_down(self, fund: int) -> list[tuple[str, str, Decimal]]:
        """What levels issued to the levels below them."""
        sent = Authority.objects.visible_to(self.actor).filter(year=self.year, fund=fund, state=AuthorityState.SENT)
        rows = sent.order_by().values_list("region__level", "receiving_region__level").annotate(Sum("balance__amount"))
        return [(f"level{min(source, 2)}", f"level{min(target, 2)}", amount) for source, target, amount in rows]

    def _added(self, key: Callable[[FlowSum], Any]) -> dict[Any, list[Decimal]]:
        """Key → held, paid, failed."""
        sums: dict[Any, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO, ZERO])
        for one in self.sums:
            amounts = sums[key(one)]
            for place, amount in enumerate((one.held, one.paid, one.failed)):
                amounts[place] += amount
        return sums


def _lines(sums: dict[str, list[Decimal]]) -> list[FlowLine]:
    lines = [FlowLine(label, *amounts) for label, amounts in sums.items()]
    return sorted(lines, key=lambda line: (-line.paid, line.label))


def _joined(flows: list[tuple[str, str, Decimal]]) -> list[tuple[str, str, Decimal]]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for source, target, amount in flows:
        sums[source, target] += amount
    return [(source, target, amount) for (source, target), amount in sums.items()]
