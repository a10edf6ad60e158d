"""项目支出绩效评价报告: what department or finance office found, with the points of every item and what follows from it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _

from apps.performance.models import EvaluationLine, Grade
from apps.reports.applications import numeral
from apps.reports.document import Box, Document, Facts, Form, Paragraph
from apps.reports.layers import layered
from apps.reports.performance.facts import ZERO, Evaluated
from apps.reports.performance.forms import ABSENT, label, paper, score_box
from imbudget.kit.formats import as_text
from imbudget.kit.money import format_yuan

WIDTHS = (12, 15, 27, 14, 10, 10, 12)
Section = Form | Facts | Paragraph


def report_document(made: Evaluated, *, mongolian: bool) -> Document:
    """The report of an evaluation."""
    return layered(
        lambda: paper(made.year, _("Report on the evaluation of a project"), *_sections(made)), mongolian=mongolian
    )


def _sections(made: Evaluated) -> list[Section]:
    parts: list[tuple[str, Section]] = [
        (_("the project"), _project(made)),
        (_("conclusion"), _conclusion(made)),
        (_("points of every item"), _points(made)),
        (_("what was reached"), Paragraph(made.goal_reached or ABSENT)),
        (_("problems and their causes"), Paragraph("\n".join(_problems(made)) or _("No deviation was found."))),
        (_("use of the result"), Paragraph(_use(made))),
    ]
    found: list[Section] = []
    for number, (title, section) in enumerate(parts, 1):
        head = f"{numeral(number)}{title}"
        if isinstance(section, Paragraph):
            found.append(Paragraph(section.text, title=head))
        else:
            found += [Paragraph("", title=head), section]
    return found


def _project(made: Evaluated) -> Facts:
    of, amounts = made.year.of, made.year.amounts
    rate = amounts.rate
    return Facts(
        [
            (_("project name"), of.project.name),
            (_("project code"), of.project.code),
            (_("competent department"), str(of.department)),
            (_("implementing unit"), str(of.unit)),
            (_("goal of the year"), made.year.goal or ABSENT),
            (_("budget of the whole year (A)"), f"{format_yuan(amounts.budget)} {_('yuan')}"),
            (_("executed in the whole year (B)"), f"{format_yuan(amounts.executed)} {_('yuan')}"),
            (_("execution rate (B/A)"), f"{rate:.2f}%" if rate is not None else ABSENT),
        ]
    )


def _conclusion(made: Evaluated) -> Paragraph:
    evaluation = made.evaluation
    values = {
        "kind": evaluation.get_kind_display() if evaluation else "",
        "day": as_text(made.filed_on, "date"),
        "score": made.total if made.total is not None else ABSENT,
        "grade": str(Grade(made.grade).label) if made.grade else ABSENT,
        "scheme": str(evaluation.scheme) if evaluation else "",
    }
    text = _("%(kind)s of %(day)s by “%(scheme)s”: %(score)s points of 100, grade “%(grade)s”.") % values
    return Paragraph(text)


def _points(made: Evaluated) -> Form:
    heads = (
        _("first level"),
        _("second level"),
        _("third level"),
        _("value reached"),
        _("points"),
        _("points scored"),
        _("share"),
    )
    rows = [[label(head) for head in heads]]
    for first, of_first in groupby(made.rows, lambda line: str(line.first)):
        group = list(of_first)
        before = [label(first, down=len(group))]
        for second, of_second in groupby(group, lambda line: str(line.second)):
            same = list(of_second)
            beside = [label(second, down=len(same))]
            for line in same:
                rows.append([*before, *beside, *_scored(line)])
                before, beside = [], []
    if made.execution_points:
        rate = Box(_share(made.execution, made.execution_points), "points")
        rows.append(
            [
                label(_("execution of the budget"), 4),
                Box(made.execution_points, "points", name="points"),
                score_box(made.execution),
                rate,
            ]
        )
    rows.append(_sum(made))
    return Form(WIDTHS, rows)


def _scored(line: EvaluationLine) -> list[Box]:
    return [
        Box(line.third),
        Box(line.reached or ABSENT),
        Box(line.weight, "points", name="points"),
        score_box(line.score),
        Box(_share(line.score, line.weight), "points"),
    ]


def _share(score: Decimal | None, points: Decimal) -> str:
    return f"{score * 100 / points:.1f}%" if score is not None and points else ABSENT


def _sum(made: Evaluated) -> list[Box]:
    scores: Sequence[Decimal | None] = [made.execution, *(line.score for line in made.rows)]
    holds = made.total is not None and made.total == sum((score for score in scores if score is not None), ZERO)
    points = made.execution_points + sum((line.weight for line in made.rows), ZERO)
    total = Box(made.total, "points", formula="=SUM({score})" if holds else "")
    return [
        label(_("total"), 4),
        Box(points, "points", formula="=SUM({points})"),
        total if made.total is not None else Box(ABSENT, "points"),
        Box(str(Grade(made.grade).label) if made.grade else "", "points"),
    ]


def _problems(made: Evaluated) -> Iterator[str]:
    """What the evaluator writes, then each item that lost points, with its reason, and what nothing could be said about."""
    if made.analysis:
        yield made.analysis
    for line in made.rows:
        values = {"name": line.third, "points": line.weight, "score": line.score, "reason": line.reason}
        if line.score is None:
            yield _("%(name)s (%(points)s points) could not be scored. %(reason)s") % values
        elif line.score < line.weight:
            yield _("%(name)s: %(score)s of %(points)s points. %(reason)s") % values
        if line.lowered is not None:
            before = line.given if line.given is not None else line.computed
            yield _("A spot check lowered %(name)s from %(before)s points.") % {"name": line.third, "before": before}


def _use(made: Evaluated) -> str:
    use = made.use
    if use is None:
        return _("Not decided yet.")
    lines = [_("For next year's budget: %(decision)s.") % {"decision": use.said}, use.reason, use.feedback]
    return "\n".join(filter(None, lines))
