"""Requests to change a stored project (amounts by year, term, targets) or to end it; carried out by a flow's approval."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.models import CaseState
from apps.lowcode.selectors.cases import open_case
from apps.lowcode.services.cases import give_up, send_on, withdraw
from apps.projects import policies
from apps.projects.models import ChangeKind, Project, ProjectChange, ProjectState, VersionReason
from apps.projects.models.change import OPEN_STATES
from apps.projects.selectors.proposals import LISTS, proposal_of
from apps.projects.selectors.settings import setting_of
from apps.projects.services.application import Chosen, freeze, skips_review
from apps.projects.services.locks import StaleRevision, lock_change, lock_project
from apps.projects.services.parts import Errors, read_rows, save_parts
from apps.projects.services.soundness import (
    BadRows,
    refuse_below_issued,
    refuse_closed,
    refuse_outside,
    refuse_unsound,
    refuse_unspent,
)
from apps.projects.transitions import CHANGE, PROJECT
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

SUBJECTS = {ChangeKind.CHANGE: "projects.change", ChangeKind.TERMINATION: "projects.termination"}
Lists = Mapping[str, Sequence[Any]]


@act
def request_change(
    actor: Actor,
    project: Project,
    *,
    reason: str,
    end_year: int | None = None,
    parts: Lists | None = None,
    targets: str = "",
) -> ProjectChange:
    """Draw up a request: the lists of LISTS as they shall be, the last year, targets in words.

    What is not given stays. It is handed in by `submit_change`.
    """
    require(policies.may_request_change(actor, project))
    lock_project(project)
    require(policies.may_request_change(actor, project))
    body = _proposal(project, end_year, parts or {}, targets)
    return _draw_up(actor, project, ChangeKind.CHANGE, reason, body)


@act
def request_termination(actor: Actor, project: Project, *, reason: str) -> ProjectChange:
    """Draw up a request to end the project before its time."""
    require(policies.may_request_change(actor, project))
    lock_project(project)
    require(policies.may_request_change(actor, project))
    return _draw_up(actor, project, ChangeKind.TERMINATION, reason, {})


def _draw_up(actor: Actor, project: Project, kind: str, reason: str, body: dict[str, Any]) -> ProjectChange:
    if not reason:
        raise RuleViolation(_("Say why the project shall be changed or ended."))
    if project.changes.filter(state__in=OPEN_STATES).exists():
        raise RuleViolation(_("There is an open request for this project already."))
    last = project.changes.aggregate(last=Max("number"))["last"] or 0
    change = ProjectChange.objects.create(
        project=project,
        number=last + 1,
        kind=kind,
        reason=reason,
        body=body,
        amount=_total(body),
        author_id=actor.user_id,
        unit_id=project.unit_id,
        region_id=project.region_id,
        league_id=project.league_id,
    )
    evidence.append("projects.change_saved", change, actor, project=project.code, kind=kind, number=change.number)
    return change


@act
def save_change(  # noqa: PLR0913 - the request as it shall be, all by name
    actor: Actor,
    change: ProjectChange,
    *,
    revision: int,
    reason: str,
    end_year: int | None = None,
    parts: Lists | None = None,
    targets: str = "",
) -> None:
    """Write a request that is a draft or was returned anew."""
    require(policies.may_edit_change(actor, change))
    lock_change(change)
    require(policies.may_edit_change(actor, change))
    if change.revision != revision:
        raise StaleRevision(change, ("projects.change_saved",))
    if not reason:
        raise RuleViolation(_("Say why the project shall be changed or ended."))
    body = _proposal(change.project, end_year, parts or {}, targets) if change.kind == ChangeKind.CHANGE else {}
    ProjectChange.objects.filter(pk=change.pk).update(
        reason=reason, body=body, amount=_total(body), revision=F("revision") + 1
    )
    change.refresh_from_db()
    evidence.append("projects.change_saved", change, actor, project=change.project.code, number=change.number)


def _proposal(project: Project, end_year: int | None, parts: Lists, targets: str) -> dict[str, Any]:
    errors: Errors = {}
    lists = {name: read_rows(project, name, rows, errors) for name, rows in parts.items() if name in LISTS}
    if errors:
        raise BadRows(errors)
    last = project.end_year if end_year is None else end_year
    return proposal_of(project, end_year=last, lists=lists, targets=targets[:10_000])


def _total(body: Mapping[str, Any]) -> Decimal | None:
    return Decimal(body["after"]["fields"]["total"]) if "after" in body else None


@act
def submit_change(actor: Actor, change: ProjectChange, *, chosen: Chosen | None = None) -> None:
    """Hand a request in for approval."""
    require(policies.may_submit_change(actor, change))
    lock_change(change)
    require(policies.may_submit_change(actor, change))
    _refuse_unstored(change.project)
    if change.kind == ChangeKind.CHANGE:
        refuse_unsound(change)
    else:
        refuse_unspent(change)
    advance(CHANGE, change, "submit", return_reason="")
    evidence.append("projects.change_submitted", change, actor, project=change.project.code, amount=change.amount)
    send_on(actor, SUBJECTS[ChangeKind(change.kind)], change, chosen=chosen)
    change.refresh_from_db()


def _refuse_unstored(project: Project) -> None:
    if project.state != ProjectState.STORED:
        raise RuleViolation(_("Only a project in the store can be changed or ended."))


@act
def withdraw_change(actor: Actor, change: ProjectChange) -> None:
    """Take a request back until somebody has acted on it; a draft is given up."""
    require(policies.may_withdraw_change(actor, change))
    lock_change(change)
    require(policies.may_withdraw_change(actor, change))  # it may have been handed in or decided meanwhile
    case = open_case(SUBJECTS[ChangeKind(change.kind)], change.pk)
    if case is None:
        withdrawn_change(actor, change)
        return
    (give_up if case.state == CaseState.RETURNED else withdraw)(actor, case)
    change.refresh_from_db()


@act
def withdrawn_change(actor: Actor, change: ProjectChange, reason: str = "") -> None:
    """The request ends without a decision; called by the flow as well."""
    lock_change(change)
    advance(CHANGE, change, "withdraw", ended_at=timezone.now())
    evidence.append("projects.change_withdrawn", change, actor, project=change.project.code)


@act
def return_change(actor: Actor, change: ProjectChange, reason: str) -> None:
    """Give the request back; called by the flow."""
    lock_change(change)
    advance(CHANGE, change, "return", return_reason=reason[:2000])
    evidence.append("projects.change_returned", change, actor, reason=reason)


@act
def refuse_change(actor: Actor, change: ProjectChange, reason: str) -> None:
    """Refuse the request: the project stays as it is; called by the flow."""
    lock_change(change)
    advance(CHANGE, change, "refuse", return_reason=reason[:2000], ended_at=timezone.now())
    evidence.append("projects.change_refused", change, actor, reason=reason)


@act
def apply_change(actor: Actor, change: ProjectChange) -> None:
    """Carry the request out: the flow's last step has approved."""
    lock_change(change)
    _refuse_unstored(change.project)
    if change.kind == ChangeKind.CHANGE:
        refuse_closed(change)
        refuse_outside(change)
        refuse_below_issued(change)
    else:
        refuse_unspent(change)
    advance(CHANGE, change, "apply", ended_at=timezone.now())
    if change.kind == ChangeKind.TERMINATION:
        advance(PROJECT, change.project, "terminate", updated_at=timezone.now())
        evidence.append("projects.terminated", change.project, actor, number=change.number, reason=change.reason)
    else:
        _change(actor, change)


def _change(actor: Actor, change: ProjectChange) -> None:
    project, after = change.project, change.body["after"]
    before = project.total
    _moved, errors = save_parts(
        project, {name: [_as_row(row) for row in after[name]] for name in LISTS if name in after}
    )
    if errors:  # a code that was known when the request was drawn up is so no longer
        raise BadRows(errors)
    Project.objects.filter(pk=project.pk).update(
        end_year=after["fields"]["end_year"], revision=F("revision") + 1, updated_at=timezone.now()
    )
    project.refresh_from_db()
    reason = {"number": change.number, "reason": change.reason, "targets": change.body["targets"]}
    version = freeze(actor, project, VersionReason.CHANGED, change=reason)
    if project.total > before and not skips_review(project.total, setting_of(project.region).review_threshold):
        # More money than was reviewed: what stands in the store is what experts have seen (财预〔2023〕95号).
        advance(PROJECT, project, "review_again", updated_at=timezone.now())
    evidence.append(
        "projects.changed",
        project,
        actor,
        number=change.number,
        before=before,
        total=project.total,
        version=version.number,
        digest=version.digest,
    )


def _as_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a body as `save_parts` takes it: codes by their text."""
    return {name: value["code"] if isinstance(value, dict) else value for name, value in row.items()}
