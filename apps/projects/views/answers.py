"""The step of the region's own form, rendered from its schema."""

from typing import Any

from django.http import HttpRequest

from apps.lowcode.models import FormPurpose
from apps.lowcode.rendering import AnswerForm
from apps.lowcode.selectors.forms import form_for, schema_of, values_of
from apps.projects import services
from apps.projects.models import Project
from apps.projects.services import Saved
from imbudget.kit.actor import Actor

PREFIX = "answer-"  # of the names of the fields, as the form writes them


def version_of(project: Project) -> Any:
    """The version of the form that this application fills in, or None where the region asks for nothing more."""
    if project.answer is not None:
        return project.answer.version
    return form_for(FormPurpose.PROJECT, project.region, project.unit)


def answer_form(actor: Actor, project: Project, request: HttpRequest | None = None) -> AnswerForm | None:
    """The form with what was answered, or with what was sent just now."""
    version = version_of(project)
    if version is None:
        return None
    values = values_of(project.answer) if project.answer else None
    sent = {"data": request.POST, "files": request.FILES} if request else {}
    place = (project.region_id, project.unit_id)
    return AnswerForm(schema_of(version), actor=actor, values=values, place=place, **sent)


def save_answers(actor: Actor, project: Project, request: HttpRequest, revision: int) -> Saved:
    """Keep the answers.

    What is only missing is no error of what was written: the list of steps counts it.
    """
    form = answer_form(actor, project, request)
    raw = form.raw if form else {}
    errors = services.save_form(actor, project, raw=raw, revision=revision)
    wrong = {f"{PREFIX}{path}": text for path, text in errors.items() if raw.get(_field(path))}
    return Saved(project.revision, ["answer"], wrong)


def refused_form(actor: Actor, project: Project, request: HttpRequest, errors: dict[str, str]) -> AnswerForm | None:
    """The form as it was sent, with the reasons beside its fields."""
    form = answer_form(actor, project, request)
    if form is not None:
        form.refuse({path.removeprefix(PREFIX): text for path, text in errors.items()})
    return form


def _field(path: str) -> str:
    """The key of the field in which an error stands: `rows[2].price` stands in `rows`."""
    return path.partition("[")[0].partition(".")[0]
