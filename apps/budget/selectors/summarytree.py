"""The rows of a summary as a tree: each row is the sum of the rows below it, and of all rows below those."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from apps.budget.models import ExpenditureKind
from apps.budget.selectors.rollup import (
    CATALOGS,
    Dimension,
    SummaryQuery,
    SummaryRow,
    codes_of,
    sums_before,
    sums_by,
)
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor

LEVELS = {
    Dimension.FUNCTION: (3, 5, 7),
    Dimension.FUND: (1, 2, 4),
    Dimension.GOVERNMENT: (3, 5),
    Dimension.DEPARTMENT: (3, 5),
}
Path = tuple[str, ...]
Places = Callable[[Any], list[tuple[Path, SummaryRow]]]
OWN = ""  # the last step of the path of a region's own level: it sorts before the regions below


def summary_rows(actor: Actor, query: SummaryQuery, before: SummaryQuery | None = None) -> list[SummaryRow]:
    """The open rows of a summary in the order of the tree.

    With a question to last year they carry what its accepted sheets came to, and rows that exist in that year alone.
    """
    questions = [(query, SummaryRow.add), *([(before, SummaryRow.add_before)] if before else [])]
    sums = [list(sums_by(actor, query))]
    if before:
        sums.append(list(sums_before(actor, before)))
    shared = _places(actor, query, [key for part in sums for key, _sums in part])
    tree: dict[Path, SummaryRow] = {}
    for (question, add), part in zip(questions, sums, strict=True):
        _grow(tree, shared or _codes(question, [key for key, _sums in part]), part, add)
    _close_off(tree)
    return _open_rows(tree, query)


def _grow(tree: dict[Path, SummaryRow], places: Places, sums: list[Any], add: Callable[..., None]) -> None:
    """Add each sum to the rows it belongs to, at every level."""
    for key, values in sums:
        for path, row in places(key):
            add(tree.setdefault(path, row), values)


def _places(actor: Actor, query: SummaryQuery, keys: list[Any]) -> Places | None:
    """Where the keys of both years stand; None for codes, which each year has of its own."""
    match query.by:
        case Dimension.REGION:
            return _regions(actor, query.region)
        case Dimension.UNIT:
            return _units(keys)
        case Dimension.KIND:
            return lambda key: [((key,), SummaryRow(key, str(ExpenditureKind(key).label)))]
        case _:
            return None


def _regions(actor: Actor, root: Region) -> Places:
    regions = {region.pk: region for region in Region.objects.visible_to(actor).order_by("code")}

    def places(region_id: int) -> list[tuple[Path, SummaryRow]]:
        region = regions[region_id]
        if region.pk == root.pk:
            return [((OWN,), _own_row(root, depth=0))]
        steps = [region]
        while steps[0].parent_id != root.pk and steps[0].parent_id in regions:
            steps.insert(0, regions[steps[0].parent_id])
        path = tuple(step.code for step in steps)
        rows = [(path[: depth + 1], SummaryRow(step.code, step.name, depth, step)) for depth, step in enumerate(steps)]
        if not region.is_leaf_node():
            rows.append(((*path, OWN), _own_row(region, depth=len(steps))))
        return rows

    return places


def _own_row(region: Region, depth: int) -> SummaryRow:
    label = _("%(region)s, own level") % {"region": region.name}
    return SummaryRow(region.code, label, depth, region, is_own=True)


def _units(ids: list[int]) -> Places:
    units = Unit.objects.only("code", "name").in_bulk(ids)

    def places(unit_id: int) -> list[tuple[Path, SummaryRow]]:
        unit = units[unit_id]
        return [((unit.code,), SummaryRow(unit.code, unit.name, unit_id=unit.pk))]

    return places


def _codes(query: SummaryQuery, ids: list[int | None]) -> Places:
    known = codes_of(query.year, query.by, ids)
    start = len(query.prefix(query.by))
    lengths = [length for length in LEVELS[query.by] if length > start] or [LEVELS[query.by][-1]]
    # A code that ends early stands once, at the level where it ends; no code at all is a row of its own.
    paths = {pk: tuple(dict.fromkeys(known[pk][0][:length] for length in lengths)) for pk in ids if pk is not None}
    names = dict(known.values()) | {"": _("without a class")}

    def places(pk: int | None) -> list[tuple[Path, SummaryRow]]:
        path = paths[pk] if pk is not None else ("",)
        return [(path[: depth + 1], SummaryRow(step, names.get(step, ""), depth)) for depth, step in enumerate(path)]

    return places


def _close_off(tree: dict[Path, SummaryRow]) -> None:
    """Mark the rows that have others below them."""
    for path in tree:
        if len(path) > 1:
            tree[path[:-1]].is_last = False


def _open_rows(tree: dict[Path, SummaryRow], query: SummaryQuery) -> list[SummaryRow]:
    shown: list[SummaryRow] = []
    opened: set[Path] = {()}
    for path in sorted(tree):
        row = tree[path]
        if path[:-1] not in opened:
            continue
        shown.append(row)
        row.is_open = not row.is_last and (row.depth + 1 < query.open_levels) != (row.key in query.turned)
        if row.is_open:
            opened.add(path)
    return shown


def depth_of(query: SummaryQuery) -> int:
    """How many levels the tree of the question can have."""
    if query.by in CATALOGS:
        start = len(query.prefix(query.by))
        return max(1, sum(length > start for length in LEVELS[query.by]))
    return 2 if query.by == Dimension.REGION and query.region.level == 0 and not query.own_level else 1
