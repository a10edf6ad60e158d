"""What the application of a project (项目申报书) says, in the language in force."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.lowcode.rendering import display
from apps.lowcode.selectors.forms import schema_of, values_of
from apps.projects.models import GoalIndicator, Project
from apps.projects.selectors.attachments import attachments_of
from apps.projects.selectors.money import Money, money_of
from apps.reports.document import Coded, Column, Document, Facts, Paragraph, Row, Table
from apps.reports.layers import in_chinese
from imbudget.kit.fields import mask_phone
from imbudget.kit.formats import as_text, format_quantity
from imbudget.kit.money import LIMIT, capital_amount

NUMERALS = "一二三四五六七八九十"
TEXTS = ("overview", "necessity", "feasibility", "organisation", "risks")
Section = Table | Facts | Paragraph


def project_document(project: Project) -> Document:
    """The application in Chinese; where the region's documents carry Mongolian, the same stands behind it."""
    return in_chinese(lambda: _document(project), project.region)


def _document(project: Project) -> Document:
    number = project.code
    if project.version:
        number += " · " + _("version %(n)s") % {"n": project.version}
    return Document(
        title=_("Project application form"),
        subtitle=project.name,
        unit_note=_("in yuan"),
        sections=_numbered([*_sections(project)]),
        number=number,
        language=get_language() or "zh-hans",
        official=True,
    )


def _sections(project: Project) -> Iterator[Section]:
    money = money_of(project)
    yield _facts(project)
    for name in TEXTS:
        label = Project._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        yield Paragraph(getattr(project, name) or "–", title=str(label))
    yield _bases(project)
    yield _funding(money)
    yield _costs(money)
    yield _schedule(project)
    yield _goals(project)
    yield from _answers(project)
    yield _attachments(project)
    yield _opinions()


def _numbered(sections: Sequence[Section]) -> list[Section]:
    """Headings are numbered: 一、 in Chinese, 1. in Mongolian."""
    count, found = 0, []
    for section in sections:
        title = "" if isinstance(section, Facts) else section.title
        if title:
            count += 1
            title = f"{numeral(count)}{title}"
        if not isinstance(section, Facts):
            section = replace(section, title=title)
        found.append(section)
    return found


def numeral(number: int) -> str:
    """一、 in Chinese, 1. in Mongolian."""
    if get_language() == "mvf":
        return f"{number}. "
    tens, ones = divmod(number, 10)
    return f"{'十' if tens else ''}{NUMERALS[ones - 1] if ones else ''}、"


def _facts(project: Project) -> Facts:
    term = f"{project.start_year}–{project.end_year}" if project.end_year != project.start_year else project.start_year
    tags = "、".join(str(tag) for tag in project.tags.all())
    rows = [
        (_("project code"), project.code),
        (_("project name"), project.name),
        (_("budget unit"), str(Coded(project.unit.code, project.unit.name))),
        (_("competent department"), str(project.department)),
        (_("region"), str(project.region)),
        (_("kind of project"), str(project.get_kind_display())),
        (_("category"), str(project.category or "–")),
        (_("level"), str(project.get_level_display())),
        (_("new or continued"), str(project.get_origin_display())),
        (_("term"), str(term)),
        (_("total amount"), f"{project.total:,.2f}"),
        (_("responsible person"), " ".join(filter(None, [project.responsible, mask_phone(project.phone)])) or "–"),
        (_("policy tags"), tags or "–"),
    ]
    if project.total < LIMIT:
        rows.insert(11, (_("total in capitals"), capital_amount(project.total)))
    return Facts(rows)


def _bases(project: Project) -> Table:
    columns = (Column(_("title of the document")), Column(_("document number")))
    return Table(columns, [Row((each.title, each.document_number)) for each in project.bases.all()], _("policy bases"))


def _coded(code: Any) -> Coded | str:
    return Coded(code.code, code.name) if code else "–"


def _funding(money: Money) -> Table:
    columns = (
        Column(_("year"), kind="code"),
        Column(_("fund type"), code_label=_("code of the fund type")),
        Column(_("amount"), align="end", kind="money"),
    )
    rows = [Row((str(line.year), _coded(line.fund), line.amount)) for line in money.funding]
    return Table(columns, _with_total(rows, (_("total"), "", money.funding_total)), _("funding by year and source"))


def _costs(money: Money) -> Table:
    columns = (
        Column(_("year"), kind="code"),
        Column(_("content")),
        Column(_("quantity"), align="end"),
        Column(_("unit price"), align="end"),
        Column(_("amount"), align="end", kind="money"),
        Column(_("department economic class"), code_label=_("code of the department economic class")),
        Column(_("basis of the calculation")),
    )
    rows = [
        Row(
            (
                str(line.year),
                line.content,
                f"{format_quantity(line.quantity)} {line.measure}".strip(),
                format_quantity(line.price),
                line.amount,
                _coded(line.department_economic),
                line.basis,
            )
        )
        for line in money.costs
    ]
    return Table(columns, _with_total(rows, (_("total"), "", "", "", money.costs_total, "", "")), _("calculation"))


def _with_total(rows: list[Row], total: tuple[str | Decimal, ...]) -> list[Row]:
    return [*rows, Row(total, kind="total")] if rows else []


def _schedule(project: Project) -> Table:
    columns = (Column(_("content")), Column(_("begins")), Column(_("ends")), Column(_("goal of the stage")))
    rows = [
        Row((step.content, as_text(step.starts, "date"), as_text(step.ends, "date"), step.goal))
        for step in project.milestones.all()
    ]
    return Table(columns, rows, _("schedule"))


def _goals(project: Project) -> Table:
    columns = (
        Column(_("first-level indicator")),
        Column(_("kind of indicator")),
        Column(_("indicator")),
        Column(_("target value")),
        Column(_("target value of the year")),
        Column(pgettext("of an indicator", "weight"), align="end"),
        Column(_("source of the value")),
        Column(_("scoring rule")),
    )
    goals = list(project.goals.all())
    rows = [Row(_goal(goal)) for goal in goals]
    weights = [goal.weight for goal in goals if goal.weight is not None]
    points = format_quantity(sum(weights, Decimal(0)))
    total = (_("total"), "", "", "", "", points, "", "")
    return Table(columns, _with_total(rows, total) if weights else rows, _("performance goals"))


def _goal(goal: GoalIndicator) -> tuple[str, ...]:
    """One indicator; a core one says so."""
    content = f"{goal.content}（{_('core indicator')}）" if goal.is_core else goal.content
    weight = format_quantity(goal.weight) if goal.weight is not None else "–"
    source = str(goal.get_source_display()) if goal.source else "–"
    first = (goal.group, str(goal.get_kind_display()), content, goal.target, goal.target_of_year)
    return (*first, weight, source, goal.scoring)


def _answers(project: Project) -> Iterator[Section]:
    """What the region's own form was answered."""
    if project.answer is None:
        return
    lines = display(schema_of(project.answer.version), values_of(project.answer))
    rows = [Row((str(line.field.label), _answer(line))) for line in lines if line.kind != "heading"]
    yield Table((Column(_("field")), Column(_("answer"))), rows, _("the region's form"))


def _answer(line: Any) -> str:
    if line.kind == "table":
        return "\n".join(" · ".join(map(str, row)) for row in line.rows)
    return line.text or "–"


def _attachments(project: Project) -> Table:
    columns = (Column(_("kind of attachment")), Column(_("name of the file")), Column(_("SM3 digest")))
    rows = [
        Row((str(each.get_kind_display()), each.file.name, f"{each.file.digest[:16]}…"))
        for each in attachments_of(project)
    ]
    return Table(columns, rows, _("attachments"))


def _opinions() -> Table:
    """Room for what is signed and sealed on paper."""
    places = (_("budget unit"), _("competent department"), _("finance office"))
    room = "\n\n" + _("(seal) on the day of")
    return Table(
        (Column(_("opinion of")), Column(_("opinion"))), [Row((place, room)) for place in places], _("opinions")
    )
