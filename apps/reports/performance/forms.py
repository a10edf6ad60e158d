"""项目支出绩效目标表 and 项目支出绩效自评表 as official forms."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.performance.models import Grade
from apps.reports.document import Box, Document, Facts, Form, Paragraph
from apps.reports.layers import layered
from apps.reports.performance.facts import ZERO, Amounts, Evaluated, Line, YearFacts
from imbudget.kit.formats import as_text
from imbudget.kit.money import rounded

GOALS_WIDTHS = (10, 14, 32, 18, 10, 16)
SELF_WIDTHS = (8, 11, 17, 14, 14, 8, 9, 19)
ABSENT = "–"
Rows = list[list[Box]]


def goals_document(facts: YearFacts, *, mongolian: bool) -> Document:
    """The goals of the year (项目支出绩效目标表)."""
    return layered(lambda: paper(facts, _("Performance goals of a project"), _goals_form(facts)), mongolian=mongolian)


def self_document(made: Evaluated, *, mongolian: bool) -> Document:
    """The self-evaluation (项目支出绩效自评表)."""
    return layered(lambda: _self_paper(made), mongolian=mongolian)


def label(text: str, across: int = 1, down: int = 1) -> Box:
    return Box(text, "label", across, down)


def paper(facts: YearFacts, title: str, *sections: Form | Facts | Paragraph) -> Document:
    return Document(
        title=title,
        subtitle=_("fiscal year %(year)s") % {"year": facts.of.year_id},
        sections=sections,
        number=facts.of.project.code,
        language=get_language() or "zh-hans",
        official=True,
    )


def _who(facts: YearFacts, wide: int, rest: int) -> Rows:
    """The project and whose it is: two boxes a row, `wide` columns for the first value and `rest` for the second."""
    of = facts.of
    return [
        [label(_("project name"), 2), Box(of.project.name, across=wide + rest + 1)],
        [
            label(_("project code"), 2),
            Box(of.project.code, across=wide),
            label(_("region")),
            Box(str(of.region), across=rest),
        ],
        [
            label(_("competent department"), 2),
            Box(str(of.department), across=wide),
            label(_("implementing unit")),
            Box(str(of.unit), across=rest),
        ],
    ]


def _goals_form(facts: YearFacts) -> Form:
    sources, budget = facts.sources, facts.amounts.budget
    rows = _who(facts, 1, 2)
    rows.append([label(_("money of the year (yuan)"), 2), label(_("total")), Box(budget, "money", 3)])
    if sources is not None:
        rows[-1] = [
            label(_("money of the year (yuan)"), 2, 4),
            label(_("total")),
            Box(budget, "money", 3, formula="=SUM({money})"),
        ]
        parts = (
            (_("appropriation of the year"), sources.granted.budget),
            (_("carried over from last year"), sources.carried.budget),
            (_("other funds"), sources.other.budget),
        )
        rows += [[label(name), Box(amount, "money", 3, name="money")] for name, amount in parts]
    rows.append([label(_("goal of the year"), 2), Box(facts.goal or ABSENT, across=4)])
    heads = (
        _("first level"),
        _("second level"),
        _("third level"),
        _("target value of the year"),
        _("points"),
        _("scoring rule"),
    )
    rows.append([label(head) for head in heads])
    rows += _in_groups(
        facts.lines,
        lambda line: [
            Box(line.target.content),
            Box(line.target.said or ABSENT),
            Box(line.weight, "points", name="points"),
            Box(line.target.scoring or _("by the scheme")),
        ],
    )
    if not facts.lines:
        rows.append([Box(_("No indicators are stated for this year."), across=6)])
    else:
        weights = sum((line.weight for line in facts.lines), ZERO)
        rows.append([label(_("points in all"), 4), Box(weights, "points", formula="=SUM({points})"), Box()])
    return Form(GOALS_WIDTHS, rows)


def _in_groups(lines: Sequence[Line], boxes: Callable[[Line], list[Box]]) -> Rows:
    """A row for each indicator; first and second level stand once beside all that belongs to them."""
    rows: Rows = []
    for group, of_group in groupby(_in_order(lines), lambda line: line.target.group):
        found = list(of_group)
        first = [label(str(group.label), down=len(found))]
        for _kind, of_kind in groupby(found, lambda line: line.target.kind):
            same = list(of_kind)
            second = [label(str(same[0].target.get_kind_display()), down=len(same))]
            for line in same:
                rows.append([*first, *second, *boxes(line)])
                first, second = [], []
    return rows


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """First and second levels together, in the order in which each first stands."""
    groups, kinds = {}, {}
    for line in lines:
        groups.setdefault(line.target.group, len(groups))
        kinds.setdefault(line.target.kind, len(kinds))
    return sorted(lines, key=lambda line: (groups[line.target.group], kinds[line.target.kind], line.target.number))


def _self_paper(made: Evaluated) -> Document:
    return paper(made.year, _("Self-evaluation of a project's performance"), _self_form(made))


def _self_form(made: Evaluated) -> Form:
    facts = made.year
    rows = [*_who(facts, 2, 3), *_money(made), *_goal(made)]
    heads = (
        *(_("first level"), _("second level"), _("third level"), _("target value of the year"), _("value reached")),
        *(_("points"), _("points scored"), _("reasons of deviation and measures")),
    )
    rows.append([label(head) for head in heads])
    rows += _in_groups(facts.lines, _scored)
    rows.append(_total(made))
    rows.append(
        [
            label(_("filled in by"), 2),
            Box(made.filed_by or ABSENT, across=2),
            label(_("telephone")),
            Box(made.phone or ABSENT, across=2),
            Box(as_text(made.filed_on, "date")),
        ]
    )
    if made.is_draft:
        note = _("The self-evaluation has not been handed in: this form shows what stands so far and gives no result.")
        rows.append([Box(note, across=8)])
    return Form(SELF_WIDTHS, rows)


def _scored(line: Line) -> list[Box]:
    reached = line.reached
    return [
        Box(line.target.content),
        Box(line.target.said or ABSENT),
        Box(reached.said if reached is not None else _("not reported")),
        Box(line.weight, "points"),
        score_box(line.score),
        Box(_reason(line)),
    ]


def _reason(line: Line) -> str:
    """Why it deviates; a score that was lowered stands beside what it was."""
    if line.before is None:
        return line.reason
    lowered = _("Before the spot check: %(points)s points.") % {"points": line.before}
    return "\n".join(filter(None, (line.reason, lowered)))


def score_box(value: Decimal | None, **more: str) -> Box:
    """A score, or that there is none: never a zero that nobody gave."""
    return Box(value, "points", name="score", **more) if value is not None else Box(_("not scored"), "points")


def _money(made: Evaluated) -> Iterator[list[Box]]:
    """资金情况: rows by source, columns from the beginning of the year to what was executed; the score stands with the total."""
    facts = made.year
    heads = (
        _("budget at the beginning of the year"),
        _("budget of the whole year (A)"),
        _("executed in the whole year (B)"),
        *(_("points"), _("execution rate (B/A)"), _("points scored")),
    )
    sources = facts.sources
    yield [label(_("money of the project (yuan)"), down=5 if sources else 2), label(""), *map(label, heads)]
    points = made.execution_points
    rate = facts.amounts.rate
    formula = f"=MIN({points.normalize():f},ROUND({{executed}}/{{budget}}*{points.normalize():f},2))"
    by_formula = rate is not None and made.execution == min(points, rounded(rate * points / 100))
    score = score_box(made.execution, formula=formula if by_formula else "")
    yield [
        *_amounts(_("all money of the year"), facts.amounts, total=sources is not None),
        Box(points, "points"),
        _rate(rate),
        score,
    ]
    if sources is None:
        return
    for name, amounts in (
        (_("of it: appropriation of the year"), sources.granted),
        (_("carried over from last year"), sources.carried),
        (_("other funds"), sources.other),
    ):
        yield [
            *_amounts(name, amounts),
            Box(ABSENT, "points"),
            Box(_rate(amounts.rate).value, "percent"),
            Box(ABSENT, "points"),
        ]


def _amounts(name: str, amounts: Amounts, *, total: bool | None = None) -> list[Box]:
    """The three amounts of a row; the total of several sources is their sum, and names itself for the rate."""
    is_part = total is None
    cells = [("initial", amounts.initial), ("budget", amounts.budget), ("executed", amounts.executed)]
    return [
        label(name),
        *(
            Box(
                amount,
                "money",
                name=f"part_{key}" if is_part else key,
                formula=f"=SUM({{part_{key}}})" if total else "",
            )
            for key, amount in cells
        ),
    ]


def _rate(rate: Decimal | None) -> Box:
    if rate is None:
        return Box(ABSENT, "percent")
    return Box(rounded(rate), "percent", formula="=ROUND({executed}/{budget}*100,2)")


def _goal(made: Evaluated) -> Rows:
    return [
        [label(_("goal of the year"), down=2), label(_("what was expected"), 4), label(_("what was reached"), 3)],
        [Box(made.year.goal or ABSENT, across=4), Box(made.goal_reached or ABSENT, across=3)],
    ]


def _total(made: Evaluated) -> list[Box]:
    """Points and score in all; the sum is a formula where the boxes above come to it."""
    lines = made.year.lines
    points = made.execution_points + sum((line.weight for line in lines), ZERO)
    scores = [made.execution, *(line.score for line in lines)]
    sums = made.total is not None and made.total == sum((score for score in scores if score is not None), ZERO)
    total = Box(made.total, "points", formula="=SUM({score})" if sums else "")
    if made.total is None:
        total = Box(_("not scored"), "points")
    return [label(_("total"), 5), Box(points, "points"), total, Box(str(Grade(made.grade).label) if made.grade else "")]
