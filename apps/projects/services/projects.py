"""Acts of a unit on its own applications: begin, save by and by, continue last year's, give up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.selectors.cases import open_case
from apps.lowcode.services.cases import give_up
from apps.projects import policies
from apps.projects.models import Project, ProjectCategory, ProjectKind, ProjectLevel
from apps.projects.reading import Reader, choice_of, choices_of, flag_of, text_of, year_of
from apps.projects.services.codes import next_code
from apps.projects.services.continuing import continued_fields, continued_parts
from apps.projects.services.locks import StaleRevision, lock_project
from apps.projects.services.parts import Errors, save_parts
from apps.projects.services.years import refuse_closed_year, refuse_unknown_year
from apps.projects.transitions import PROJECT
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import name_key
from imbudget.kit.transitions import advance

LONG = 10_000
READERS: dict[str, Reader] = {
    "name": text_of(200),
    "level": choice_of(choices_of("level")),
    "origin": choice_of(choices_of("origin")),
    "start_year": year_of,
    "end_year": year_of,
    "responsible": text_of(60),
    "phone": text_of(40),
    **dict.fromkeys(("overview", "necessity", "feasibility", "organisation", "risks"), text_of(LONG)),
    **dict.fromkeys(("is_capital", "is_research", "is_procurement", "is_service"), flag_of),
}
SAVED = ("projects.created", "projects.saved", "projects.copied")


@dataclass(slots=True)
class Saved:
    """What a save did: the new revision, what changed, and what could not be read (it keeps its old value)."""

    revision: int
    changed: list[str] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


@act
def create_project(
    actor: Actor, *, unit: Unit, kind: str, year: int, name: str, category: ProjectCategory | None = None
) -> Project:
    """Begin a project: it gets its code at once and keeps it for ever; unit, kind and year stay what they are."""
    require(policies.may_create(actor, unit))
    return _create(actor, unit, kind, year, {"name": name, "category": category})


def _create(actor: Actor, unit: Unit, kind: str, year: int, values: dict[str, Any]) -> Project:
    refuse_unknown_year(year)
    refuse_closed_year(year)
    if kind not in ProjectKind.values:
        raise RuleViolation(_("Choose the kind of the project."))
    name = _name(values.pop("name"))
    code = next_code(unit.region, year, kind, unit.department)
    project = Project(
        code=code,
        name=name,
        unit=unit,
        region_id=unit.region_id,
        league_id=unit.league_id,
        department_id=unit.department_id,
        kind=kind,
        setup_year=year,
        author_id=actor.user_id,
        search_key=name_key(name, code, limit=500),
        **{"start_year": year, "end_year": year, **values},
    )
    project.save(force_insert=True)
    evidence.append("projects.created", project, actor, code=code, kind=kind, year=year)
    return project


def _name(text: str) -> str:
    try:
        name = READERS["name"](text)
    except ValueError as error:
        raise RuleViolation(str(error)) from error
    if not name:
        raise RuleViolation(_("Give the project a name."))
    return name


@act
def save_project(
    actor: Actor,
    project: Project,
    *,
    revision: int,
    fields: Mapping[str, Any] | None = None,
    parts: Mapping[str, Sequence[Any]] | None = None,
) -> Saved:
    """Keep what was written of an application, however incomplete; only the fields and lists given are touched.

    `fields` takes values or text as typed: what READERS knows, and `category` and `upper` as rows or keys. Raises
    StaleRevision when someone else saved since `revision` was read.
    """
    require(policies.may_edit(actor, project))
    lock_project(project)
    require(policies.may_edit(actor, project))  # it may have been handed in while we waited for it
    refuse_closed_year(project.setup_year)
    if project.revision != revision:
        raise StaleRevision(project, SAVED)
    values, errors = _read_fields(actor, project, fields or {})
    changed, bad_cells = save_parts(project, parts or {})
    saved = Saved(project.revision, [*values, *changed], errors | bad_cells)
    if saved.changed:
        _write(project, values)
        saved.revision = project.revision
        evidence.append("projects.saved", project, actor, changed=saved.changed, revision=saved.revision)
    return saved


def _write(project: Project, values: dict[str, Any]) -> None:
    """The touched columns, a higher revision and, where the name changed, what it is searched by."""
    if "name" in values:
        values = values | {"search_key": name_key(values["name"], project.code, limit=500)}
    Project.objects.filter(pk=project.pk).update(**values, revision=F("revision") + 1, updated_at=timezone.now())
    project.refresh_from_db()


def _read_fields(actor: Actor, project: Project, fields: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
    """(what differs from what stands there, what could not be read)."""
    values: dict[str, Any] = {}
    errors: Errors = {}
    readers = {**READERS, "category": _category, "upper": lambda value: _upper(project, value)}
    for name, given in fields.items():
        if name not in readers:
            raise ValueError(f"an application has no {name} to be saved")
        try:
            values[name] = readers[name](given)
        except ValueError as error:
            errors[name] = str(error)
    if values.get("name") == "":
        errors["name"] = _("Give the project a name.")
        del values["name"]
    first, last = (values.get(name, getattr(project, name)) for name in ("start_year", "end_year"))
    if first > last:
        errors["end_year"] = _("The last year lies before the first one.")
        values = {name: value for name, value in values.items() if name not in {"start_year", "end_year"}}
    return {name: value for name, value in values.items() if value != getattr(project, name)}, errors


def _category(value: Any) -> ProjectCategory | None:
    """A category in use without others below it."""
    if value in {None, ""}:
        return None
    found = value if isinstance(value, ProjectCategory) else _by_key(ProjectCategory, value)
    if found is None or not found.is_active:
        raise ValueError(_("Choose a category that is in use."))
    if not found.is_leaf_node():
        raise ValueError(_("Choose a category of the last level."))
    return found


def _upper(project: Project, value: Any) -> Project | None:
    """A first-level project of the same department."""
    if value in {None, ""}:
        return None
    found = value if isinstance(value, Project) else _by_key(Project, value)
    if found is None or found.level != ProjectLevel.FIRST or found.department_id != project.department_id:
        raise ValueError(_("Choose a first-level project of the same department."))
    return found


def _by_key(model: Any, value: Any) -> Any:
    text = str(value)
    return model.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 18 else None


@act
def abandon_project(actor: Actor, project: Project, reason: str = "") -> None:
    """Give up a draft, or a returned application; its code is not used again."""
    require(policies.may_abandon(actor, project))
    lock_project(project)
    refuse_closed_year(project.setup_year)
    advance(PROJECT, project, "abandon", updated_at=timezone.now())
    evidence.append("projects.abandoned", project, actor, reason=reason)
    case = open_case("projects.application", project.pk)
    if case is not None:
        give_up(actor, case)
        project.refresh_from_db()


@act
def copy_from(actor: Actor, source: Project, *, year: int) -> Project:
    """Continue a project in another year: a new application with the same grounds, linked to the one it continues.

    Of a project that still runs what lies ahead is kept; the lines of one that has ended are moved to the new year.
    """
    require(policies.may_copy(actor, source))
    if year <= source.setup_year:
        raise RuleViolation(_("A project is continued in a later year than it was set up in."))
    project = _create(actor, source.unit, source.kind, year, continued_fields(source, year))
    save_parts(project, continued_parts(source, year))
    project.refresh_from_db()
    evidence.append("projects.copied", project, actor, source=source.code)
    return project
