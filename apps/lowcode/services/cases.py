"""Acts on a whole case: submit a document, withdraw it, submit it again, urge, copy, let it go on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.lowcode import bindings, policies
from apps.lowcode.bindings import Binding
from apps.lowcode.flow.definition import ApproverKind, Flow
from apps.lowcode.flow.state import CaseState
from apps.lowcode.models import Case
from apps.lowcode.models import CaseState as C
from apps.lowcode.models.case import OPEN
from apps.lowcode.selectors.cases import open_case
from apps.lowcode.selectors.duties import able_at, duties_before, handed_in
from apps.lowcode.selectors.flows import flow_for, flow_of
from apps.lowcode.services.running import begun, take
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

MOST_COPIES = 50
Chosen = Mapping[str, list[int]]


@transaction.atomic
def start_case(actor: Actor, subject: str, document: Any, *, chosen: Chosen | None = None) -> Case:
    """Send a document on its way; a part of the document's own service, which has settled who may.

    `chosen` names the approvers (user keys by step) where the flow leaves them to the applicant.
    """
    binding = bindings.need(subject)
    if open_case(subject, document.pk) is not None:
        raise under_way(document)
    region = Region.objects.select_related("parent", "reports_to").get(pk=document.region_id)
    version = flow_for(subject, region)
    if version is None:
        raise no_flow(binding, region)
    values = binding.values_of(document)
    flow = flow_of(version)
    duties = duties_before(binding, document, flow)
    picked = _choice(binding, flow, document, values, duties.standing(actor.user_id), chosen or {})
    case = _made(
        document,
        subject=subject,
        version=version,
        region=region,
        applicant_id=actor.user_id,
        applicant_post_id=actor.post_id,
        chosen=picked,
    )
    running = begun(actor, case, document)
    running.add("started", values=values, **duties.as_json())
    return running.keep()


def lock_case(subject: str, document_id: int) -> Case | None:
    """The document's open case under its lock; for services of the document that change it too, before they lock it."""
    case = open_case(subject, document_id)
    return Case.objects.select_for_update(of=("self",)).get(pk=case.pk) if case else None


def lock_cases(subject: str, document_ids: Iterable[int]) -> None:
    """The open cases of many documents under their locks, before the documents are locked."""
    rows = Case.objects.filter(subject=subject, document_id__in=list(document_ids), state__in=OPEN).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))


def _made(document: Any, **values: Any) -> Case:
    """The row of a new case; of two that are made at once the database refuses one."""
    case = row_of(document, **values)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise under_way(document) from error
    return case


def row_of(document: Any, **values: Any) -> Case:
    """The row of a document's new case, not written yet."""
    values |= {"document_id": document.pk, "label": label_of(document), "url": document.get_absolute_url()}
    return Case(league_id=document.league_id, unit_id=document.unit_id, **values)


def label_of(document: Any) -> str:
    """What the document is called in every list, whatever language its applicant reads."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(document)[:400]


def no_flow(binding: Binding, region: Region) -> RuleViolation:
    """Nothing says how a document of this type goes its way."""
    words = {"type": binding.label, "region": region}
    return RuleViolation(_("There is no approval flow for “%(type)s” in %(region)s or above it.") % words)


def under_way(document: Any) -> RuleViolation:
    """The document has a case already."""
    return RuleViolation(_("“%(document)s” is under approval already.") % {"document": document})


@transaction.atomic
def resubmit(actor: Actor, case: Case, *, chosen: Chosen | None = None) -> Case:
    """Send a returned or withdrawn document on its way again; a part of the document's own service.

    The case keeps the version of the flow it began with; the document's values are read anew.
    """
    running = take(actor, case.pk)
    document = running.document
    require(policies.may_see_document(actor, running.binding, running.document))
    other = open_case(running.case.subject, running.case.document_id)
    if other is not None and other.pk != running.case.pk:
        raise under_way(document)
    values = running.binding.values_of(document)
    standing = handed_in(running.binding, document, running.standing, actor.user_id)
    kept = running.case.chosen
    picked = _choice(running.binding, running.flow, document, values, standing, chosen or {}, kept)
    fields = {
        "label": label_of(document),
        "chosen": picked,
        "applicant_id": actor.user_id,
        "applicant_post_id": actor.post_id,
    }
    running.add("resubmitted", **running.binding.submission(document, values))
    Case.objects.filter(pk=case.pk).update(**fields)
    for name, value in fields.items():
        setattr(running.case, name, value)
    return running.keep()


def send_on(actor: Actor, subject: str, document: Any, *, chosen: Chosen | None = None) -> Case:
    """Hand a document in: again where its case was returned, else on a new way; a part of the document's own service."""
    case = open_case(subject, document.pk)
    if case is not None and case.state == C.RETURNED:
        return resubmit(actor, case, chosen=chosen)
    return start_case(actor, subject, document, chosen=chosen)


def _choice(  # noqa: PLR0913 - what a hand-in consists of
    binding: Binding,
    flow: Flow,
    document: Any,
    values: Mapping[str, Any],
    standing: CaseState,
    chosen: Chosen,
    kept: Chosen | None = None,
) -> dict[str, list[int]]:
    """The applicant's choice of approvers, one of those who may sign at least for each step that asks for it.

    `kept` is the choice of the last hand-in: of it those count who may still sign.
    """
    picked = {}
    for key in flow.taken(values):
        step = flow.step(key)
        if step.approvers.kind != ApproverKind.CHOSEN:
            continue
        able = {candidate.user_id for candidate in able_at(binding, document, step, standing)}
        before = [user for user in (kept or {}).get(key, ()) if user in able]
        wanted = list(dict.fromkeys(chosen.get(key, before)))
        if able and not wanted:
            raise RuleViolation(_("Choose who approves at “%(step)s”.") % {"step": step.name})
        if set(wanted) - able:
            raise RuleViolation(_("Somebody chosen for “%(step)s” cannot act there.") % {"step": step.name})
        picked[key] = wanted
    return picked


@act
def withdraw(actor: Actor, case: Case) -> Case:
    """Take a document back, until somebody has acted on it, and whenever nobody can."""
    running = take(actor, case.pk)
    require(policies.may_see_document(actor, running.binding, running.document))
    running.add("withdrawn")
    return running.keep()


@transaction.atomic
def take_back(actor: Actor, case: Case) -> Case:
    """Take a document back that nobody has acted on; a part of the document's own service, which has settled who may."""
    running = take(actor, case.pk)
    running.add("withdrawn", settled=True)
    return running.keep()


@transaction.atomic
def give_up(actor: Actor, case: Case) -> Case:
    """End the way of a returned document that is handed in no more; a part of the document's own service."""
    running = take(actor, case.pk)
    running.add("withdrawn", given_up=True)
    return running.keep()


@act
def urge(actor: Actor, case: Case) -> Case:
    """Ask those who have the document now to decide; once an hour."""
    running = take(actor, case.pk)
    running.add("urged")
    return running.keep()


@act
def copy_to(actor: Actor, case: Case, users: Iterable[int]) -> Case:
    """Let people know of a document; each must be able to see it."""
    wanted = list(dict.fromkeys(users))
    if len(wanted) > MOST_COPIES:
        raise RuleViolation(_("A document is copied to at most %(limit)d people at once.") % {"limit": MOST_COPIES})
    running = take(actor, case.pk)
    require(policies.may_see_document(actor, running.binding, running.document))
    people = [running.newcomer(user) for user in wanted]
    running.add("copied", to=[person.pair for person in people], names=[person.name for person in people])
    return running.keep()


@act
def retry_stuck(actor: Actor, case: Case) -> Case:
    """Look again for somebody who can act, once the missing post is filled."""
    running = take(actor, case.pk)
    require(policies.may_go_on(actor, running.case))
    if running.standing.needs is None:
        raise RuleViolation(_("This document is not waiting for a post to be filled."))
    running.settle()
    if running.standing.needs is not None:
        raise RuleViolation(_("Still nobody can act at this step: the post is not filled."))
    return running.keep()
