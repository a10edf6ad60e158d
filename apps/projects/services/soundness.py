"""What a request for change must be before it is handed in, and still be when it is carried out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.codes.models import Code, FiscalYear, YearState
from apps.projects.models import ProjectChange, ProjectKind
from apps.projects.selectors.proposals import LISTS, by_year, differences_of, milestones_after
from apps.projects.selectors.unspent import in_the_way_of_end
from apps.projects.selectors.versions import list_label
from apps.projects.services.parts import PARTS, Errors
from imbudget.kit import registry
from imbudget.kit.errors import RuleViolation

NEEDED = {
    "funding": ("fund",),
    "costs": ("content", "function", "department_economic"),
    "milestones": ("content", "starts", "ends"),
    "goals": ("kind", "content", "nature", "value"),
}


class BadRows(RuleViolation):
    """Cells that cannot be read or taken; `errors` names them (`funding.2.amount`)."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("\n".join(_said(place, text) for place, text in errors.items()))
        self.errors = errors


def _said(place: str, text: str) -> str:
    """The place in words: a page that has no such cell shows the sentence alone."""
    name, line = place.split(".")[:2]
    return _("%(list)s, line %(line)s: %(text)s") % {"list": list_label(name), "line": line, "text": text}


def refuse_unsound(change: ProjectChange) -> None:
    """The request changes something, its money ties, all of it lies in the term, closed years stay as they are."""
    project, after = change.project, change.body["after"]
    if not differences_of(change) and not change.body["targets"]:
        raise RuleViolation(_("The request changes nothing."))
    if after["fields"]["end_year"] < project.start_year:
        raise RuleViolation(_("The last year lies before the first one."))
    funded, spent = by_year(after["funding"]), by_year(after["costs"])
    if not sum(funded.values()):
        raise RuleViolation(_("The project would have no money left: ask for its termination instead."))
    refuse_outside(change)
    for year in sorted(funded.keys() | spent.keys()):
        _refuse_gap(year, funded.get(year, Decimal(0)), spent.get(year, Decimal(0)))
    _refuse_bare(change)
    refuse_closed(change)
    refuse_below_issued(change)


def refuse_outside(change: ProjectChange) -> None:
    """Money, costs and milestones lie within the term as it will be; a shortened one leaves nothing behind it."""
    after = change.body["after"]
    years = range(change.project.start_year, after["fields"]["end_year"] + 1)
    for year in sorted(by_year(after["funding"]).keys() | by_year(after["costs"]).keys()):
        if year not in years:
            raise RuleViolation(_("%(year)s lies outside the term of the project.") % {"year": year})
    errors = dict(_misplaced(milestones_after(change), years))
    if errors:
        raise BadRows(errors)


def _misplaced(milestones: list[Mapping[str, Any]], years: range) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(milestones, 1):
        for column in ("starts", "ends"):
            if row[column] and date.fromisoformat(row[column]).year not in years:
                text = _("%(day)s lies outside the term of the project, %(start)s to %(end)s.")
                values = {"day": row[column], "start": years[0], "end": years[-1]}
                yield f"milestones.{number}.{column}", text % values
        if row["starts"] and row["ends"] and row["ends"] < row["starts"]:
            yield f"milestones.{number}.ends", _("The milestone ends before it begins.")


def _refuse_bare(change: ProjectChange) -> None:
    """Lines of a stored project say what they are for, and carry codes of the last level, as in an application."""
    project, after = change.project, change.body["after"]
    lists = {name: after[name] for name in LISTS if name in after}
    for name, label in (("milestones", _("schedule")), ("goals", _("performance goals"))):
        if project.kind == ProjectKind.TARGET and change.body["before"].get(name) and not lists.get(name):
            raise RuleViolation(_("%(field)s is missing.") % {"field": label})
    cells = [
        (name, n, row, column)
        for name, given in lists.items()
        for n, row in enumerate(given, 1)
        for column in NEEDED[name]
    ]
    codes = {row[column]["code"] for _name, _n, row, column in cells if isinstance(row[column], dict)}
    inner = Code.objects.filter(year=project.setup_year, code__in=codes, is_leaf=False).values_list("catalog", "code")
    upper = set(inner)
    errors = {}
    for name, number, row, column in cells:
        if not row[column]:
            label = PARTS[name].model._meta.get_field(column).verbose_name
            errors[f"{name}.{number}.{column}"] = _("%(field)s is missing.") % {"field": label}
        elif column in PARTS[name].codes and (PARTS[name].codes[column], row[column]["code"]) in upper:
            text = _("%(code)s is not a code of the last level. Choose one below it.") % {"code": row[column]["code"]}
            errors[f"{name}.{number}.{column}"] = text
    if errors:
        raise BadRows(errors)


def refuse_closed(change: ProjectChange) -> None:
    """The money of a closed year stays as it is; asked again at the end, for a year may close meanwhile."""
    before, after = (by_year(change.body[side]["funding"]) for side in ("before", "after"))
    for year in sorted(before.keys() | after.keys()):
        if after.get(year) != before.get(year) and _is_closed(year):
            raise RuleViolation(_("The year %(year)s is closed.") % {"year": year})


def refuse_below_issued(change: ProjectChange) -> None:
    """Money that has been issued stays within the total and the term; asked again at the end, for more may be by then."""
    project, fields = change.project, change.body["after"]["fields"]
    issued: Counter[int] = Counter()
    for _name, issued_for in registry.issued_for_projects.items():
        issued.update(issued_for(project))
    held = sum(issued.values(), Decimal(0))
    if Decimal(fields["total"]) < min(held, project.total):
        text = _(
            "Authority of %(issued)s yuan is issued for the project already: the total cannot fall to %(total)s. Have"
            " the authority reduced or recovered first."
        )
        raise RuleViolation(text % {"issued": f"{held:,.2f}", "total": f"{Decimal(fields['total']):,.2f}"})
    for year in range(fields["end_year"] + 1, project.end_year + 1):
        if issued[year]:
            text = _("Authority of %(issued)s yuan is issued for %(year)s: the project cannot end before.")
            raise RuleViolation(text % {"issued": f"{issued[year]:,.2f}", "year": year})


def refuse_unspent(change: ProjectChange) -> None:
    """A project ends without money: asked when its end is handed in, and again at the end, for more may be issued."""
    if missing := in_the_way_of_end(change.project):
        raise RuleViolation(missing)


def _is_closed(year: int) -> bool:
    return FiscalYear.objects.filter(pk=year, state=YearState.CLOSED).exists()


def _refuse_gap(year: int, given: Decimal, spent: Decimal) -> None:
    if given != spent:
        raise RuleViolation(
            _("%(year)s: the costs make %(costs)s, the funding %(funding)s, a gap of %(gap)s.")
            % {"year": year, "costs": f"{spent:,.2f}", "funding": f"{given:,.2f}", "gap": f"{spent - given:,.2f}"}
        )
