"""Requests to change a stored project (amounts by year, term, targets) or to end it; carried out by a flow's approval."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear, YearState
from apps.evidence import services as evidence
from apps.lowcode.models import Case, CaseState
from apps.lowcode.selectors.cases import open_case
from apps.lowcode.services.cases import resubmit, start_case, withdraw
from apps.projects import policies
from apps.projects.models import ChangeKind, ChangeState, Project, ProjectChange, ProjectState, VersionReason
from apps.projects.models.change import OPEN_STATES
from apps.projects.selectors.proposals import LISTS, by_year, differences_of, proposal_of
from apps.projects.services.application import Chosen, freeze
from apps.projects.services.locks import StaleRevision, lock_change, lock_project
from apps.projects.services.parts import Errors, read_rows, save_parts
from apps.projects.transitions import CHANGE, PROJECT
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

SUBJECTS = {ChangeKind.CHANGE: "projects.change", ChangeKind.TERMINATION: "projects.termination"}
Lists = Mapping[str, Sequence[Any]]


class BadRows(RuleViolation):
    """Cells that cannot be read; `errors` names them (`funding.2.amount`)."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("\n".join(f"{place}: {text}" for place, text in errors.items()))
        self.errors = errors


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
    """Draw up a request: the lists `funding` and `costs` as they shall be, the last year, targets in words.

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
    subject = SUBJECTS[ChangeKind(change.kind)]
    case = open_case(subject, change.pk)
    if case is not None:
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    lock_change(change)
    require(policies.may_submit_change(actor, change))
    _refuse_unstored(change.project)
    if change.kind == ChangeKind.CHANGE:
        _refuse_unsound(change)
    advance(CHANGE, change, "submit", return_reason="")
    evidence.append("projects.change_submitted", change, actor, project=change.project.code, amount=change.amount)
    if case is not None and case.state == CaseState.RETURNED:
        resubmit(actor, case, chosen=chosen)
    else:
        start_case(actor, subject, change, chosen=dict(chosen or {}))
    change.refresh_from_db()


def _refuse_unstored(project: Project) -> None:
    if project.state != ProjectState.STORED:
        raise RuleViolation(_("Only a project in the store can be changed or ended."))


def _refuse_unsound(change: ProjectChange) -> None:
    """The request changes something, its money lies in the term and ties with the costs, closed years stay as they are."""
    project, after = change.project, change.body["after"]
    if not differences_of(change) and not change.body["targets"]:
        raise RuleViolation(_("The request changes nothing."))
    last = after["fields"]["end_year"]
    if last < project.start_year:
        raise RuleViolation(_("The last year lies before the first one."))
    funded, spent, before = (
        by_year(after["funding"]),
        by_year(after["costs"]),
        by_year(change.body["before"]["funding"]),
    )
    if not sum(funded.values()):
        raise RuleViolation(_("The project would have no money left: ask for its termination instead."))
    for year in sorted(funded):
        if year not in range(project.start_year, last + 1):
            raise RuleViolation(_("%(year)s lies outside the term of the project.") % {"year": year})
    for year in sorted(funded.keys() | spent.keys() | before.keys()):
        _refuse_gap(year, funded.get(year, Decimal(0)), spent.get(year, Decimal(0)))
        if funded.get(year) != before.get(year) and _is_closed(year):
            raise RuleViolation(_("The year %(year)s is closed.") % {"year": year})


def _refuse_gap(year: int, given: Decimal, spent: Decimal) -> None:
    if given != spent:
        raise RuleViolation(
            _("%(year)s: the costs make %(costs)s, the funding %(funding)s, a gap of %(gap)s.")
            % {"year": year, "costs": f"{spent:,.2f}", "funding": f"{given:,.2f}", "gap": f"{spent - given:,.2f}"}
        )


def _is_closed(year: int) -> bool:
    return FiscalYear.objects.filter(pk=year, state=YearState.CLOSED).exists()


@act
def withdraw_change(actor: Actor, change: ProjectChange) -> None:
    """Take a request back until somebody has acted on it; a draft is given up."""
    require(policies.may_withdraw_change(actor, change))
    if change.state == ChangeState.SUBMITTED:
        case = open_case(SUBJECTS[ChangeKind(change.kind)], change.pk)
        if case is None:
            raise RuleViolation(_("The request has been decided already."))
        withdraw(actor, case)
        change.refresh_from_db()
    else:
        withdrawn_change(actor, change)


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
    advance(CHANGE, change, "apply", ended_at=timezone.now())
    if change.kind == ChangeKind.TERMINATION:
        advance(PROJECT, change.project, "terminate", updated_at=timezone.now())
        evidence.append("projects.terminated", change.project, actor, number=change.number, reason=change.reason)
    else:
        _change(actor, change)


def _change(actor: Actor, change: ProjectChange) -> None:
    project, after = change.project, change.body["after"]
    before = project.total
    save_parts(project, {name: [_as_row(row) for row in after[name]] for name in LISTS})
    Project.objects.filter(pk=project.pk).update(
        end_year=after["fields"]["end_year"], revision=F("revision") + 1, updated_at=timezone.now()
    )
    project.refresh_from_db()
    reason = {"number": change.number, "reason": change.reason, "targets": change.body["targets"]}
    version = freeze(actor, project, VersionReason.CHANGED, change=reason)
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
