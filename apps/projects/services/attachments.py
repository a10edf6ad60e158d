"""Attaching files to an application, and taking them away while it is a draft."""

from typing import Any

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.files.models import StoredFile
from apps.files.services import discard_file, take_file
from apps.projects import policies
from apps.projects.models import AttachmentKind, Project, ProjectAttachment
from apps.projects.services.locks import lock_project
from apps.projects.services.years import refuse_closed_year
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

MOST = 50
LABEL = "projects.project"


@act
def add_attachment(actor: Actor, project: Project, *, kind: str, given: Any) -> ProjectAttachment:
    """Attach a file: one that came with its form, or the id of one sent ahead of it."""
    require(policies.may_edit(actor, project))
    if kind not in AttachmentKind.values:
        raise RuleViolation(_("Say what kind of attachment this is."))
    lock_project(project)
    require(policies.may_edit(actor, project))
    refuse_closed_year(project.setup_year)
    if project.attachments.count() >= MOST:
        raise RuleViolation(_("A project takes %(most)s attachments at most.") % {"most": MOST})
    place: dict[str, Any] = {
        "region": project.region,
        "unit": project.unit,
        "subject_label": LABEL,
        "subject_id": str(project.pk),
    }
    stored = take_file(actor, given, **place)
    if ProjectAttachment.objects.filter(file=stored).exists():
        raise RuleViolation(_("The file %(name)s is attached already.") % {"name": stored.name})
    attachment = ProjectAttachment.objects.create(project=project, kind=kind, file=stored, author_id=actor.user_id)
    evidence.append("projects.attached", project, actor, kind=kind, name=stored.name, digest=stored.digest)
    return attachment


@act
def drop_attachment(actor: Actor, attachment: ProjectAttachment) -> None:
    """Take an attachment away; its file goes with it where the same person attached it."""
    project, stored = attachment.project, attachment.file
    require(policies.may_edit(actor, project))
    lock_project(project)
    require(policies.may_edit(actor, project))
    refuse_closed_year(project.setup_year)
    attachment.delete()
    evidence.append("projects.detached", project, actor, kind=attachment.kind, name=stored.name, digest=stored.digest)
    if _is_theirs(actor, stored):
        discard_file(actor, stored)


def _is_theirs(actor: Actor, stored: StoredFile) -> bool:
    return actor.role == "system" or stored.uploaded_by_id == actor.user_id
