"""The region's own form as a part of an application."""

from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.lowcode.models import FormPurpose
from apps.lowcode.selectors.forms import form_for
from apps.lowcode.services.answers import check_answers, save_answer
from apps.projects import policies
from apps.projects.models import Project
from apps.projects.services.locks import StaleRevision, lock_project
from apps.projects.services.parts import Errors
from apps.projects.services.years import refuse_closed_year
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

LABEL = "projects.project"


@act
def save_form(actor: Actor, project: Project, *, raw: Any, revision: int | None = None) -> Errors:
    """Keep what was filled in of the region's form, however incomplete; returns what is missing or wrong by path.

    The form that was begun stays the project's; a project without one takes the form that applies now. Raises
    StaleRevision when someone else saved since `revision` was read.
    """
    require(policies.may_edit(actor, project))
    lock_project(project)
    require(policies.may_edit(actor, project))
    refuse_closed_year(project.setup_year)
    if revision is not None and project.revision != revision:
        raise StaleRevision(project, ())  # who saved last may have saved another step
    answer = project.answer
    version = answer.version if answer else form_for(FormPurpose.PROJECT, project.region, project.unit)
    if version is None:
        raise RuleViolation(_("The region has no form of its own for projects."))
    errors: Errors = dict(check_answers(actor, version, raw).errors)
    kept = save_answer(
        actor,
        version=version,
        region=project.region,
        unit=project.unit,
        raw=raw,
        subject_label=LABEL,
        subject_id=project.pk,
        answer=answer,
        draft=bool(errors),
    )
    Project.objects.filter(pk=project.pk).update(answer=kept, revision=F("revision") + 1, updated_at=timezone.now())
    project.refresh_from_db()
    return errors
