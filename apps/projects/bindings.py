"""What the approval engine is told of projects: facts to decide by, and what its decisions mean."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Post
from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.lowcode.models import FormPurpose
from apps.lowcode.selectors.forms import fact_values, form_for, schema_of
from apps.projects.lent import to_sign
from apps.projects.models import (
    ChangeKind,
    Project,
    ProjectCategory,
    ProjectChange,
    ProjectKind,
    ProjectLevel,
    ProjectOrigin,
    ProjectState,
    Urgency,
)
from apps.projects.selectors.versions import ORDER, ROWS, label_of, list_label
from apps.projects.services import application, changes
from apps.projects.transitions import STAGES

# What a maker of an application or a request does to it.
DRAWN_UP = ("projects.created", "projects.saved", "projects.copied", "projects.change_saved")
FORM = "form_"  # what the keys of the facts of a region's own form begin with
FLAGS = ("is_capital", "is_research", "is_procurement", "is_service")


def _choices(enum: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((str(member.value), member.label) for member in enum)


PROJECT_FACTS = (
    Fact("amount", _("total amount"), Kind.MONEY),
    Fact("kind", _("kind of project"), Kind.CHOICE, _choices(ProjectKind)),
    Fact("level", _("level"), Kind.CHOICE, _choices(ProjectLevel)),
    Fact("origin", _("new or continued"), Kind.CHOICE, _choices(ProjectOrigin)),
    Fact("urgency", _("urgency"), Kind.CHOICE, _choices(Urgency)),
    Fact("years", _("years of the term"), Kind.INTEGER),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
    *(Fact(name, label_of(name), Kind.BOOLEAN) for name in FLAGS),
)
CHANGE_FACTS = (
    Fact("difference", _("change of the total amount"), Kind.MONEY),
    Fact("amount_before", _("total amount before"), Kind.MONEY),
)


def read_project(project: Project) -> dict[str, Any]:
    """The values of the facts."""
    category = project.category
    return {
        "amount": project.total,
        "kind": project.kind,
        "level": project.level,
        "origin": project.origin,
        "urgency": project.urgency or None,
        "years": project.end_year - project.start_year + 1,
        "region_level": project.region.level,
        **{name: getattr(project, name) for name in FLAGS},
        "category": category.code if category else None,
        "category_group": category.get_root().code if category else None,
        "tags": list(project.tags.order_by("code").values_list("code", flat=True)),
        **_form_values(project),
    }


def _form_values(project: Project) -> dict[str, Any]:
    """What was answered in the region's form, of fields that a condition may ask for and nobody needs to protect."""
    if project.answer is None:
        return {}
    return {f"{FORM}{key}": value for key, value in fact_values(project.answer).items()}


def facts_in(region: Any) -> tuple[Fact, ...]:
    """Categories as they are now, and what the region's own form asks."""
    rows = list(ProjectCategory.objects.filter(is_active=True).order_by("tree_id", "lft"))
    leaves = tuple((row.code, row.name) for row in rows if row.is_leaf_node())
    roots = tuple((row.code, row.name) for row in rows if row.level == 0)
    found = [
        Fact("category", _("category"), Kind.CHOICE, leaves),
        Fact("category_group", _("group of categories"), Kind.CHOICE, roots),
    ]
    version = form_for(FormPurpose.PROJECT, region)
    for fact in schema_of(version).facts() if version else ():
        found.append(Fact(f"{FORM}{fact.key}", fact.label, fact.kind, fact.choices))
    return tuple(found)


def read_change(change: ProjectChange) -> dict[str, Any]:
    """The project's values, and by how much the total changes."""
    before = change.project.total
    after = before if change.amount is None else change.amount
    return read_project(change.project) | {"amount": after, "difference": after - before, "amount_before": before}


def makers(document: Project | ProjectChange) -> list[int]:
    """Who drew it up at the unit, the first and each who changed it; an officer who brought it in from a file has
    judged nothing in it."""
    entries = Entry.objects.filter(subject_type=document._meta.label, subject_id=str(document.pk), event__in=DRAWN_UP)
    users = {int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk}
    if document.author_id:
        users.add(document.author_id)
    posts = Post.objects.filter(user__in=users, unit=document.unit_id)
    return list(posts.values_list("user_id", flat=True).order_by("user_id").distinct())


def fields() -> Mapping[str, Any]:
    """What a return may point to."""
    fixed = {"unit", "department", "region", "kind", "setup_year", "total", "urgency"}
    found = {name: label_of(name) for name in ORDER if name not in fixed}
    return (
        found
        | {name: list_label(name) for name in ROWS}
        | {"attachments": _("attachments"), "answer": _("the region's form")}
    )


def change_fields() -> Mapping[str, Any]:
    """What the return of a request may point to."""
    return {"reason": _("reason"), "funding": _("amounts by year"), "end_year": _("last year")} | {
        "milestones": _("schedule"),
        "goals": _("performance goals"),
        "targets": _("targets"),
    }


def _stages() -> dict[str, Any]:
    return {stage: ProjectState(stage).label for stage in STAGES}


def bindings() -> Iterable[Binding]:
    """One for each type of document of the library."""
    yield Binding(
        subject=application.SUBJECT,
        label=_("project application"),
        model="projects.Project",
        facts=PROJECT_FACTS,
        read=read_project,
        facts_in=facts_in,
        makers=makers,
        approved=application.approve_application,
        returned=application.return_application,
        rejected=application.refuse_application,
        withdrawn=application.withdrawn_application,
        stages=_stages(),
        entered=application.reach_stage,
        asks={"urgency": _choices(Urgency)},
        part=("projects/_to_sign.html", to_sign),
        answered=lambda actor, project, ask, value: application.rank_project(actor, project, value),
        fields=fields,
    )
    labels = {ChangeKind.CHANGE: _("change of a project"), ChangeKind.TERMINATION: _("termination of a project")}
    for kind, label in labels.items():
        yield Binding(
            subject=changes.SUBJECTS[kind],
            label=label,
            model="projects.ProjectChange",
            facts=(*PROJECT_FACTS, *CHANGE_FACTS),
            read=read_change,
            facts_in=facts_in,
            makers=makers,
            approved=changes.apply_change,
            returned=changes.return_change,
            rejected=changes.refuse_change,
            withdrawn=changes.withdrawn_change,
            fields=change_fields,
        )
