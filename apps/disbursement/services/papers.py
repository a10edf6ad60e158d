"""The way of contracts and plans through their approval: both are written by a unit, handed in, approved or returned."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.disbursement.transitions import CONTRACT, PLAN
from apps.evidence import services as evidence
from apps.lowcode.services.cases import lock_case, send_on, withdraw
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import Table, advance, is_open

Chosen = Mapping[str, list[int]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A type of document: the subject of its flow, its arrows, and what its events in evidence begin with."""

    subject: str
    table: Table
    event: str


CONTRACT_PAPER = Paper("disbursement.contract", CONTRACT, "disbursement.contract")
PLAN_PAPER = Paper("disbursement.plan", PLAN, "disbursement.plan")


def lock(document: Any) -> None:
    """The document's row under its lock, as it stands."""
    type(document)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    document.refresh_from_db()


def take_revision(document: Any, revision: int) -> None:
    """Refused when someone else saved the document since `revision` was read."""
    rows = type(document)._base_manager.filter(pk=document.pk, revision=revision, state=document.state)
    if not rows.update(revision=revision + 1):
        raise RuleViolation(_("Someone else saved this while you were working on it. Open it again and compare."))
    document.revision = revision + 1


def hand_in(actor: Actor, paper: Paper, document: Any, chosen: Chosen | None) -> None:
    """On its way; the caller has locked case and document and found it sound."""
    advance(paper.table, document, "submit", return_reason="", revision=document.revision + 1)
    evidence.append(f"{paper.event}_submitted", document, actor, document=str(document))
    send_on(actor, paper.subject, document, chosen=chosen)
    document.refresh_from_db()


def take_back(actor: Actor, paper: Paper, document: Any) -> None:
    """Before it is decided."""
    case = lock_case(paper.subject, document.pk)
    if case is None:
        raise RuleViolation(_("This is not under approval."))
    withdraw(actor, case)
    document.refresh_from_db()


def returned(paper: Paper) -> Any:
    """What the flow does when it returns a document."""

    def act(actor: Actor, document: Any, reason: str) -> None:
        advance(paper.table, document, "return", return_reason=reason[:2000])
        evidence.append(f"{paper.event}_returned", document, actor, reason=reason)

    return act


def refused(paper: Paper) -> Any:
    """What the flow does when it refuses a document for good."""

    def act(actor: Actor, document: Any, reason: str) -> None:
        advance(paper.table, document, "refuse", return_reason=reason[:2000])
        evidence.append(f"{paper.event}_refused", document, actor, reason=reason)

    return act


def withdrawn(paper: Paper) -> Any:
    """What the flow does when who handed a document in takes it back."""

    def act(actor: Actor, document: Any, reason: str) -> None:
        if is_open(paper.table, document, "withdraw"):
            advance(paper.table, document, "withdraw")
            evidence.append(f"{paper.event}_withdrawn", document, actor)

    return act
