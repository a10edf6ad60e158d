"""A visual report on paper: each chart with the table of its figures, then the projects that deviate most."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.reports.document import Column, Document, Facts, Plot, Row, Section, Table
from apps.reports.visual.figures import Picture, Visual


def visual_document(made: Visual) -> Document:
    """In Chinese, as papers are; the figures have been read in Chinese."""
    with override("zh-hans"):
        at = date_format(localtime(made.as_of), "DATETIME_FORMAT") if made.as_of else "–"
        facts = Facts([(_("data of"), at), (_("projects"), f"{made.count:,}")])
        return Document(made.title, unit_note=_("in yuan"), sections=[facts, *_sections(made)])


def _sections(made: Visual) -> Iterator[Section]:
    for picture in made.pictures:
        if picture:
            title = f"{picture.title}（{picture.unit}）"
            yield Plot(title, picture.labels, picture.series, picture.said, picture.shape)
        yield _twin(picture)
    if made.deviating:
        yield _deviating(made)


def _twin(picture: Picture) -> Table:
    columns = [
        Column(picture.first),
        *(Column(f"{name}（{picture.unit}）", align="end") for name, _values in picture.series),
    ]
    rows = [
        Row((label, *(picture.said(values[place]) for _name, values in picture.series)))
        for place, label in enumerate(picture.labels)
    ]
    return Table(columns, rows, empty=_("There are no figures yet."))


def _deviating(made: Visual) -> Table:
    money = {"align": "end", "kind": "money"}
    columns = [
        Column(_("project")),
        Column(_("budget unit")),
        Column(_("budget of the whole year"), **money),  # type: ignore[arg-type]
        Column(_("not executed"), **money),  # type: ignore[arg-type]
        Column(_("execution rate"), align="end"),
    ]
    rows = []
    for each in made.deviating:
        of, rate = each.year, each.year.execution_rate
        rows.append(Row((of.project.name, str(of.unit), of.budget, each.left, f"{rate}%" if rate is not None else "–")))
    return Table(columns, rows, _("projects that left most of their budget unspent"))
