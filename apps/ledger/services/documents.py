"""Acts on documents that move authority: draw up, hand in, take back; what the flow decides."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Case, F, Q, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.ledger import policies
from apps.ledger.models import AuthorityDocument, DocumentKind, DocumentLine
from apps.ledger.services.lines import LineInput, write_lines
from apps.ledger.services.posting import lock_lines, post_lines
from apps.ledger.services.soundness import refuse_unsound
from apps.ledger.transitions import DOCUMENT
from apps.lowcode.services.cases import give_up, lock_case, send_on, withdraw
from apps.projects.models import Project
from apps.regions.models import Region
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "ledger.document"
Chosen = Mapping[str, list[int]]
HEAD = ("number", "title", "dated", "basis", "upper_number", "reason")


class DocumentChanged(RuleViolation):
    """Someone else has saved the document since it was read."""


@act
def draw_up(
    actor: Actor, region: Region, year: int, kind: str, head: Mapping[str, Any], unit_id: int | None = None
) -> AuthorityDocument:
    """Begin a document of `region`; `head` holds what stands in its head, the lines come by `save_document`."""
    require(policies.may_draw_up(actor, region, kind, unit_id))
    document = AuthorityDocument(
        kind=kind, region=region, year_id=year, unit_id=unit_id, author_id=actor.user_id, **_head(head)
    )
    _refuse_unfit(document)
    document.save()
    document.refresh_from_db()
    evidence.append("ledger.document_saved", document, actor, kind=kind, year=year)
    return document


@act
def save_document(
    actor: Actor,
    document: AuthorityDocument,
    revision: int,
    head: Mapping[str, Any],
    lines: Sequence[LineInput] | None = None,
) -> None:
    """Make head and lines of a document exactly these.

    Raises DocumentChanged when someone else saved it since `revision` was read. Without `lines` they stay as they are, under the number that the head has now.
    """
    require(policies.may_edit(actor, document))
    taken = AuthorityDocument.objects.filter(pk=document.pk, revision=revision, state=document.state).update(
        revision=F("revision") + 1
    )
    if not taken:
        raise DocumentChanged(
            _("Someone else saved this document while you were working on it. Open it again and compare.")
        )
    upper = document.upper_number
    for name, value in _head(head).items():
        setattr(document, name, value)
    document.revision = revision + 1
    _refuse_unfit(document)
    if lines is None:
        _renumber(document, upper)
    else:
        document.lines.all().delete()
        write_lines(document, lines)
    document.total = Decimal(total_of(document))
    document.save(update_fields=[*HEAD, "total"])
    evidence.append("ledger.document_saved", document, actor, lines=document.lines.count(), total=document.total)


def _refuse_unfit(document: AuthorityDocument) -> None:
    """A number that stands twice, a text that is too long: said as any other refusal."""
    try:
        document.full_clean(exclude=["league"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error


def _renumber(document: AuthorityDocument, upper: str) -> None:
    """New authorities carry the number in the head, and that of the upper level unless they name another (`upper`: before)."""
    own = document.lines.filter(target__isnull=True)
    follows = Q(upper_document_number__in=["", upper])
    stale = ~Q(document_number=document.number) | (follows & ~Q(upper_document_number=document.upper_number))
    own.filter(stale).update(
        document_number=document.number,
        upper_document_number=Case(
            When(follows, then=Value(document.upper_number)), default=F("upper_document_number")
        ),
    )


def _head(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in HEAD if name in values}


@act
def submit_document(actor: Actor, document: AuthorityDocument, *, chosen: Chosen | None = None) -> None:
    """Hand a document in for approval; refused while its lines break a rule.

    `chosen` are the approvers whom a step of the flow leaves to the applicant: step → users.
    """
    require(policies.may_submit(actor, document))
    lock_case(SUBJECT, document.pk)
    _lock(document)
    refuse_unsound(document)
    advance(DOCUMENT, document, "submit", return_reason="")
    evidence.append("ledger.document_submitted", document, actor, kind=document.kind, total=document.total)
    send_on(actor, SUBJECT, document, chosen=chosen)
    document.refresh_from_db()


@act
def number_document(actor: Actor, document: AuthorityDocument, number: str, dated: date) -> None:
    """Give number and date to what a unit asks for: they are those of the finance office, which answers by them."""
    require(policies.may_number(actor, document))
    lock_case(SUBJECT, document.pk)
    _lock(document)
    require(policies.may_number(actor, document))  # it may have been decided meanwhile
    document.number, document.dated = number, dated
    _refuse_unfit(document)
    document.save(update_fields=["number", "dated"])
    _renumber(document, document.upper_number)
    evidence.append("ledger.document_numbered", document, actor, number=number, dated=dated.isoformat())


@act
def withdraw_document(actor: Actor, document: AuthorityDocument) -> None:
    """Take a document back before it is decided."""
    require(policies.may_withdraw(actor, document))
    case = lock_case(SUBJECT, document.pk)
    if case is None:
        raise RuleViolation(_("The document is not under approval."))
    withdraw(actor, case)
    document.refresh_from_db()


@act
def abandon_document(actor: Actor, document: AuthorityDocument) -> None:
    """Give up a draft or a returned document; it stays to be read."""
    require(policies.may_abandon(actor, document))
    case = lock_case(SUBJECT, document.pk)
    _lock(document)
    if case is not None:
        give_up(actor, case)
    advance(DOCUMENT, document, "abandon")
    evidence.append("ledger.document_abandoned", document, actor, kind=document.kind)


def approve_document(actor: Actor, document: AuthorityDocument) -> None:
    """The flow has approved: everything is posted in this transaction, or nothing."""
    _lock(document)
    _lock_approvals(document)
    _lock_projects(document)
    lock_lines(document)
    refuse_unsound(document, posting=True)
    posted = post_lines(actor, document)
    advance(DOCUMENT, document, "post", posted_at=timezone.now())
    for _name, follow in registry.posted_documents.items():
        follow(actor, document)
    evidence.append(
        "ledger.posted",
        document,
        actor,
        kind=document.kind,
        number=document.number,
        total=document.total,
        postings=posted,
    )


def return_document(actor: Actor, document: AuthorityDocument, reason: str) -> None:
    """The flow has returned the document to who drew it up."""
    advance(DOCUMENT, document, "return", return_reason=reason[:2000])
    evidence.append("ledger.document_returned", document, actor, reason=reason)


def refuse_document(actor: Actor, document: AuthorityDocument, reason: str) -> None:
    """The flow has refused the document for good."""
    advance(DOCUMENT, document, "refuse", return_reason=reason[:2000])
    evidence.append("ledger.document_refused", document, actor, reason=reason)


def withdrawn_document(actor: Actor, document: AuthorityDocument, reason: str) -> None:
    """Who handed the document in has taken it back; one that had been returned is given up by its own service."""
    if is_open(DOCUMENT, document, "withdraw"):
        advance(DOCUMENT, document, "withdraw")
        evidence.append("ledger.document_withdrawn", document, actor)


def _lock(document: AuthorityDocument) -> None:
    AuthorityDocument.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    document.refresh_from_db(fields=["state", "total", "number", "basis", "reason", "dated", "title"])


def _lock_approvals(document: AuthorityDocument) -> None:
    """One approval of a region at a time: the second one sees the first, whose revenue is the revenue of the year."""
    if document.kind == DocumentKind.APPROVAL:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7013, %s)", [document.region_id])


def _lock_projects(document: AuthorityDocument) -> None:
    """Two documents approved at once may not give a project more than it may get."""
    named = DocumentLine.objects.filter(document=document, project__isnull=False).values("project")
    list(Project.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=named).order_by("pk").values("pk"))


def total_of(document: AuthorityDocument) -> Any:
    """What the lines add up to."""
    return document.lines.aggregate(total=Sum("amount"))["total"] or 0
