"""The lists of an application as tables of fields: their columns, and their rows as text."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.codes.models import Catalog
from apps.projects.models import CostLine, FundingLine, GoalIndicator, Milestone, PolicyBasis, Project
from imbudget.kit import registry
from imbudget.kit.rowlists import Column, Part, PartView, as_written, column_of, rows_sent, view_of

CODES = reverse_lazy("projects:code_choices")

PARTS = {
    "funding": Part(
        "funding",
        _("funding by year and source"),
        (
            column_of(FundingLine, "year", "year"),
            column_of(FundingLine, "fund", "code", address=CODES, catalog=Catalog.FUND),
            column_of(FundingLine, "amount", "amount"),
        ),
        codes=("fund",),
        summed="amount",
    ),
    "costs": Part(
        "costs",
        _("calculation"),
        (
            column_of(CostLine, "year", "year"),
            column_of(CostLine, "content"),
            column_of(CostLine, "quantity", "number"),
            column_of(CostLine, "measure"),
            column_of(CostLine, "price", "number"),
            Column("amount", _("amount"), "computed"),
            column_of(CostLine, "function", "code", address=CODES, catalog=Catalog.FUNCTION),
            column_of(CostLine, "department_economic", "code", address=CODES, catalog=Catalog.DEPARTMENT_ECONOMIC),
            Column("government_economic", _("government economic class"), "computed"),
            column_of(CostLine, "basis"),
            column_of(CostLine, "is_procurement", "flag"),
            column_of(CostLine, "procurement_item", "code", address=CODES, catalog=Catalog.PROCUREMENT),
        ),
        codes=("function", "department_economic", "government_economic", "procurement_item"),
        summed="amount",
    ),
    "milestones": Part(
        "milestones",
        _("milestones"),
        (
            column_of(Milestone, "content"),
            column_of(Milestone, "starts", "date"),
            column_of(Milestone, "ends", "date"),
            column_of(Milestone, "goal"),
        ),
    ),
    "goals": Part(
        "goals",
        _("performance goals"),
        (
            column_of(GoalIndicator, "kind", "choice"),
            column_of(GoalIndicator, "content"),
            column_of(GoalIndicator, "nature", "choice"),
            column_of(GoalIndicator, "value"),
            column_of(GoalIndicator, "annual", hint=_("where it differs from that of the term")),
            column_of(GoalIndicator, "measure"),
            column_of(GoalIndicator, "weight", "number"),
            column_of(GoalIndicator, "source", "choice"),
            column_of(GoalIndicator, "scoring"),
            column_of(GoalIndicator, "is_core", "flag"),
            column_of(GoalIndicator, "library", "kept"),
        ),
        summed="weight",
        summed_in=pgettext_lazy("of a score", "points"),
        noted="content",
    ),
    "bases": Part(
        "bases",
        _("policy bases"),
        (
            column_of(PolicyBasis, "title"),
            column_of(PolicyBasis, "document_number", hint=_("like 内财农〔2021〕780号, with the brackets 〔〕")),
        ),
    ),
}


def part_view(
    project: Project,
    name: str,
    rows: Iterable[Mapping[str, str]],
    errors: Mapping[str, str],
    defaults: Mapping[str, str],
    spare: int = 0,
) -> PartView:
    """The list as fields; codes are those of the project's year; with what others say of its rows."""
    notes: dict[int, tuple[Any, ...]] = {}
    for _name, noted in registry.project_row_notes.items():
        for number, lent in noted(project, name).items():
            notes[number] = (*notes.get(number, ()), *lent)
    view = view_of(PARTS[name], rows, errors, defaults, project.setup_year, spare)
    view.note(notes)
    return view


def stored_rows(project: Project, name: str) -> list[dict[str, str]]:
    """The rows of a list as they stand, as text."""
    part = PARTS[name]
    lines = getattr(project, name).order_by("number").select_related(*part.codes)
    return [
        {column.name: as_written(getattr(line, column.name), column.kind) for column in part.columns} for line in lines
    ]


def frozen_rows(lines: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, str]]:
    """The rows of a list as a version or a request keeps them, as text."""
    return [
        {column.name: _thawed(line.get(column.name), column.kind) for column in PARTS[name].columns} for line in lines
    ]


def _thawed(value: Any, kind: str) -> str:
    if isinstance(value, Mapping):
        return f"{value['code']}-{value['name']}"
    if kind == "date":
        return value or ""  # as a form of the page writes it
    number = kind in {"amount", "number"} or (kind == "computed" and value not in {None, ""})
    return as_written(Decimal(value) if number and value else value, kind)


def sent_rows(data: Mapping[str, str], name: str) -> list[dict[str, str]]:
    """The rows of a list that a form sends."""
    return rows_sent(data, PARTS[name])
