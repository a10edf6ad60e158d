"""The way of an application: handed in, taken back, returned, refused, approved, put into the store.

Who approves is a flow of lowcode; what its decisions mean is here. `approve_application`, `return_application`,
`refuse_application`, `reach_stage` and `rank_project` are called by the flow (`bindings.py`), inside the transaction of
the act and under the locks of the project and its case, which are taken in this order everywhere.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.selectors.cases import open_case
from apps.lowcode.services.cases import send_on, withdraw
from apps.projects import policies
from apps.projects.checks import check_project
from apps.projects.models import Project, ProjectVersion, Urgency, VersionReason
from apps.projects.selectors.settings import setting_of
from apps.projects.selectors.versions import body_of, digest_of
from apps.projects.services.locks import lock_project
from apps.projects.services.years import refuse_closed_year
from apps.projects.transitions import PROJECT, STAGES, WAY
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.findings import Finding, blocking
from imbudget.kit.transitions import advance

SUBJECT = "projects.application"
Chosen = Mapping[str, list[int]]


class ChecksFailed(RuleViolation):
    """The checks found errors; nothing was handed in. `findings` lists them."""

    def __init__(self, errors: list[Finding]) -> None:
        super().__init__(
            _("The checks found %(count)s errors, the first: %(first)s")
            % {"count": len(errors), "first": errors[0].text}
        )
        self.findings = errors


@act
def submit_project(actor: Actor, project: Project, *, chosen: Chosen | None = None) -> ProjectVersion:
    """Hand an application in, for the first time or again; refused while a check finds an error.

    `chosen` are the approvers whom a step of the flow leaves to the applicant: step → users.
    """
    require(policies.may_submit(actor, project))
    lock_project(project)
    require(policies.may_submit(actor, project))
    refuse_closed_year(project.setup_year)
    errors = blocking(check_project(project))
    if errors:
        raise ChecksFailed(errors)
    version = freeze(actor, project, VersionReason.RESUBMITTED if project.version else VersionReason.SUBMITTED)
    advance(PROJECT, project, "submit", submitted_at=timezone.now(), return_reason="", updated_at=timezone.now())
    evidence.append(
        "projects.submitted",
        project,
        actor,
        code=project.code,
        version=version.number,
        total=project.total,
        digest=version.digest,
    )
    send_on(actor, SUBJECT, project, chosen=chosen)
    project.refresh_from_db()
    return version


def freeze(actor: Actor, project: Project, reason: str, **more: Any) -> ProjectVersion:
    """Keep the application as it is now, with what else belongs to it; for services that hold the project's lock."""
    body = body_of(project) | more
    version = ProjectVersion.objects.create(
        project=project,
        number=project.version + 1,
        reason=reason,
        body=body,
        digest=digest_of(body),
        user_id=actor.user_id,
    )
    project.version = version.number
    project.save(update_fields=["version"])
    return version


@act
def withdraw_project(actor: Actor, project: Project) -> None:
    """Take an application back, until somebody has acted on it."""
    require(policies.may_withdraw(actor, project))
    refuse_closed_year(project.setup_year)
    case = open_case(SUBJECT, project.pk)
    if case is None:
        raise RuleViolation(_("The project is not under approval any more. Reload the page."))
    withdraw(actor, case)
    project.refresh_from_db()


@act
def withdrawn_application(actor: Actor, project: Project, reason: str = "") -> None:
    """The applicant took the application back: it is a draft again."""
    lock_project(project)
    if project.state in WAY:
        advance(PROJECT, project, "withdraw", updated_at=timezone.now())
        evidence.append("projects.withdrawn", project, actor)


@act
def reach_stage(actor: Actor, project: Project, stage: str) -> None:
    """The application has come to a step of its flow that names a stage."""
    lock_project(project)
    if project.state != stage:
        advance(PROJECT, project, STAGES[stage], updated_at=timezone.now())


@act
def rank_project(actor: Actor, project: Project, urgency: str) -> None:
    """The department's ranking (轻重缓急)."""
    if urgency not in Urgency.values:
        raise RuleViolation(_("Choose one of the values offered."))
    lock_project(project)
    project.urgency = urgency
    project.save(update_fields=["urgency"])
    evidence.append("projects.ranked", project, actor, urgency=urgency)


@act
def approve_application(actor: Actor, project: Project) -> None:
    """The flow's last step has approved: below the region's threshold into the store, else on to expert review."""
    lock_project(project)
    refuse_closed_year(project.setup_year)
    threshold = setting_of(project.region).review_threshold
    evidence.append("projects.approved", project, actor, total=project.total, threshold=threshold)
    if skips_review(project.total, threshold):
        store_project(actor, project)
    else:
        advance(PROJECT, project, "await_review", updated_at=timezone.now())


def skips_review(total: Decimal, threshold: Decimal) -> bool:
    """Whether a project of this total needs no expert review; a threshold of 0 sends all of them there."""
    return total < threshold


@act
def store_project(actor: Actor, project: Project, reviewed: Decimal | None = None) -> ProjectVersion:
    """Put an approved project into the store; for the flow, and for the review whose result it waited for.

    `reviewed` is what the review left of the total, in yuan; it caps what can be budgeted.
    """
    lock_project(project)
    if reviewed is not None and not 0 <= reviewed <= project.total:
        raise RuleViolation(_("The amount after review lies between 0 and the total of the project."))
    now = timezone.now()
    advance(PROJECT, project, "store", stored_at=now, updated_at=now, reviewed=reviewed)
    version = freeze(actor, project, VersionReason.STORED)
    evidence.append("projects.stored", project, actor, total=project.total, reviewed=reviewed, digest=version.digest)
    return version


@act
def return_application(actor: Actor, project: Project, reason: str) -> None:
    """Give the application back to its unit; the reason is what the unit reads first."""
    lock_project(project)
    advance(PROJECT, project, "return", return_reason=reason[:2000], updated_at=timezone.now())
    evidence.append("projects.returned", project, actor, reason=reason)


@act
def refuse_application(actor: Actor, project: Project, reason: str) -> None:
    """Do not admit the project."""
    lock_project(project)
    advance(PROJECT, project, "refuse", return_reason=reason[:2000], updated_at=timezone.now())
    evidence.append("projects.refused", project, actor, reason=reason)
