"""Flows between columns as plain SVG made by the server, lying and standing; nothing that a table does not say as well.

Nodes stand in columns, links are bands as broad as their amounts. The same picture is given twice: lines that stand
have it turned over its diagonal, with its words upright (`standing`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from imbudget.kit.charts.base import Cell, Head, Row, Table

LENGTH, BREADTH = 1000, 460  # units of the picture: along the columns, across them
NODE, GAP, LEAST = 14, 16, 2  # breadth of a node, room between two, the thinnest band


@dataclass(frozen=True, slots=True)
class Node:
    """One place of money, at `along` and `across`, as broad as what goes through it."""

    key: str
    label: str
    amount: Decimal
    along: int
    across: int
    breadth: int
    is_last: bool = False

    @property
    def text_along(self) -> int:
        """Where its words begin: behind it, or before it where it is the last."""
        return self.along - 6 if self.is_last else self.along + NODE + 6

    @property
    def text_across(self) -> int:
        """The middle of it."""
        return self.across + self.breadth // 2


@dataclass(frozen=True, slots=True)
class Link:
    """One flow, and the bands that draw it in the two pictures."""

    source: Node
    target: Node
    amount: Decimal
    lying: str
    standing: str
    href: str = ""
    text: str = ""

    @property
    def spoken(self) -> str:
        """What is read out of it, after its amount."""
        return f"{self.source.label} → {self.target.label}"


@dataclass(frozen=True, slots=True)
class Sankey:
    """The picture; false where there is nothing to draw."""

    head: Head
    nodes: list[Node] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    length: int = LENGTH
    breadth: int = BREADTH
    node: int = NODE
    template: str = "kit/_chart_sankey.html"
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.links)

    @property
    def is_linked(self) -> bool:
        return any(link.href for link in self.links)

    @property
    def table(self) -> Table:
        """A line for each flow."""
        rows = [
            Row(link.source.label, [Cell(str(link.target.label)), Cell(link.text, link.href)]) for link in self.links
        ]
        return Table(pgettext("flow", "from"), [pgettext("flow", "to"), _("amount")], rows, words=1)


Flow = tuple[str, str, Decimal] | tuple[str, str, Decimal, str]


def sankey(head: Head, columns: Sequence[Sequence[tuple[str, Any]]], flows: Sequence[Flow]) -> Sankey:
    """`columns` hold (key, label) of their nodes in order; `flows` are (from, to, amount above zero, and where there is
    one the page of its rows).
    """
    given = [(*flow, "")[:4] for flow in flows if flow[2] > 0]
    through = _through(given)
    found = ([node for node in column if through.get(node[0])] for column in columns)
    shown = [column for column in found if column]
    scale = _scale(shown, through)
    nodes = {
        node.key: node
        for number, column in enumerate(shown)
        for node in _column(number, column, through, scale, len(shown))
    }
    return Sankey(head, list(nodes.values()), _links(head, given, nodes, scale))


def _through(flows: Sequence[Any]) -> dict[str, Decimal]:
    """What goes through each node: the greater of what comes and what goes."""
    come, go = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for source, target, amount, _href in flows:
        go[source] += amount
        come[target] += amount
    return {key: max(come[key], go[key]) for key in {*come, *go}}


def _scale(columns: Sequence[Sequence[tuple[str, Any]]], through: dict[str, Decimal]) -> Decimal:
    """Units a yuan, so that the fullest column fits."""
    scales = [
        Decimal(BREADTH - GAP * (len(column) - 1)) / sum((through[key] for key, _label in column), Decimal(0))
        for column in columns
        if column
    ]
    return min(scales, default=Decimal(0))


def _column(
    number: int, column: Sequence[tuple[str, Any]], through: dict[str, Decimal], scale: Decimal, count: int
) -> list[Node]:
    along = number * (LENGTH - NODE) // max(count - 1, 1)
    breadths = [max(LEAST, int(through[key] * scale)) for key, _label in column]
    across = max(0, (BREADTH - sum(breadths) - GAP * (len(column) - 1)) // 2)
    nodes = []
    for (key, label), breadth in zip(column, breadths, strict=True):
        nodes.append(Node(key, label, through[key], along, across, breadth, is_last=number == count - 1))
        across += breadth + GAP
    return nodes


def _links(head: Head, flows: Sequence[Any], nodes: dict[str, Node], scale: Decimal) -> list[Link]:
    gone, come = defaultdict[str, int](int), defaultdict[str, int](int)
    order = sorted(flows, key=lambda flow: (nodes[flow[0]].across, nodes[flow[1]].along, nodes[flow[1]].across))
    links = []
    for source_key, target_key, amount, href in order:
        source, target = nodes[source_key], nodes[target_key]
        breadth = max(LEAST, int(amount * scale))
        begin = (source.along + NODE, source.across + gone[source_key])
        end = (target.along, target.across + come[target_key])
        gone[source_key] += breadth
        come[target_key] += breadth
        bands = _band(begin, end, breadth), _band(begin, end, breadth, turned=True)
        links.append(Link(source, target, amount, *bands, href, head.say(amount)))
    return links


def _band(begin: tuple[int, int], end: tuple[int, int], breadth: int, *, turned: bool = False) -> str:
    """A band from one point to another; turned over the diagonal where lines stand."""
    middle = (begin[0] + end[0]) // 2
    points = [
        begin, (middle, begin[1]), (middle, end[1]), end,
        (end[0], end[1] + breadth), (middle, end[1] + breadth), (middle, begin[1] + breadth), (begin[0], begin[1] + breadth),
    ]  # fmt: skip
    said = [f"{y} {x}" if turned else f"{x} {y}" for x, y in points]
    return f"M{said[0]}C{said[1]} {said[2]} {said[3]}L{said[4]}C{said[5]} {said[6]} {said[7]}Z"
