"""Reading the classification of a year."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from apps.codes.models import Catalog, Code, EconomicDerivation, FiscalYear, FundRule, WatchedCode


def year_being_compiled() -> int:
    """The year whose budget is compiled now; the newest year when none is marked, this one when there is none."""
    marked = FiscalYear.objects.filter(compiling=True).values_list("year", flat=True).first()
    newest = FiscalYear.objects.order_by("-year").values_list("year", flat=True).first()
    return marked or newest or timezone.localdate().year


def derive_government_economic(year: int, nature: str) -> dict[int, int]:
    """Department class id → government class id for units of this nature."""
    rows = EconomicDerivation.objects.filter(year_id=year, nature=nature)
    return dict(rows.values_list("department_economic_id", "government_economic_id"))


def codes_by_text(year: int, catalog: Catalog | str) -> dict[str, Code]:
    """All codes of one tree in one year by their text, names in the language in force."""
    return {code.code: code for code in Code.objects.filter(year_id=year, catalog=catalog).select_related(None)}


def names_of(year: int, catalog: Catalog | str) -> dict[str, str]:
    """Code → name, for headings of groups."""
    return {code: row.name for code, row in codes_by_text(year, catalog).items()}


@dataclass(frozen=True, slots=True)
class Watched:
    """The codes of one watched item in a year and in the year before it."""

    now: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)


def watched_items(year: int) -> dict[str, Watched]:
    """Item → its codes, for the items that the year watches.

    A year before without a list of its own is taken to have had the same codes.
    """
    items: dict[str, Watched] = defaultdict(Watched)
    for year_id, item, code in WatchedCode.objects.filter(year_id__in=[year, year - 1]).values_list(
        "year_id", "item", "code__code"
    ):
        (items[item].now if year_id == year else items[item].before).add(code)
    return {item: Watched(codes.now, codes.before or codes.now) for item, codes in items.items() if codes.now}


def fund_rules(year: int) -> dict[str, set[str]]:
    """Function → the fund types whose money it takes; both are beginnings of codes."""
    rules: dict[str, set[str]] = defaultdict(set)
    for function, fund in FundRule.objects.filter(year_id=year).values_list("function__code", "fund__code"):
        rules[function].add(fund)
    return dict(rules)


def leaves(year: int, catalog: Catalog | str) -> list[Code]:
    """The codes of one tree that may carry amounts in a year, by code."""
    return list(Code.objects.filter(year_id=year, catalog=catalog, is_leaf=True).order_by("code"))
