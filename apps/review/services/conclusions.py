"""The result of a review: computed once, decided by the finance office, confirmed by a flow.

`confirm_conclusion` and `return_conclusion` are called by the flow, under the lock of the case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.services.cases import lock_case, send_on
from apps.projects.selectors.versions import digest_of
from apps.projects.services.locks import StaleRevision
from apps.review.models import Conclusion, CostFinding, Review, ReviewItem, ReviewKind, ScoreSheet, Verdict
from apps.review.policies import reviews as policies
from apps.review.scoring.results import Outcome, after_cuts, conclude
from apps.review.selectors.progress import last_sheets
from apps.review.selectors.readiness import missing_for_confirmation, missing_for_result
from apps.review.selectors.results import (
    is_deviating,
    judged,
    panel_of,
    reasons_for,
    result_body,
    rules_for,
)
from apps.review.services.locks import lock_review
from apps.review.services.sheets import is_tied
from apps.review.transitions import CONCLUSION, REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

SUBJECT = "review.conclusion"
Chosen = Mapping[str, list[int]]
Errors = dict[str, str]


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What the finance office leaves of one cost line."""

    approved: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the finance office decides for one project; `lines` by number, which make the amount where there are any."""

    verdict: str
    amount: Decimal = Decimal(0)
    deviation: str = ""
    lines: Mapping[int, LineDecision] = field(default_factory=dict)


class BadDecisions(RuleViolation):
    """Decisions that cannot be kept; `errors` names the cells (`12.amount`, `12.line.3.reason` by the item's key)."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("\n".join(dict.fromkeys(errors.values())))
        self.errors = errors


def compute(actor: Actor, review: Review) -> Conclusion:
    """Close the scoring and compute the result of every project; the conclusion begins with what was computed.

    Refused while a sheet is missing, or a score far off has no written reason; and when a member turns out to be tied to
    a project by now: they have left the panel then, and somebody else scores.
    """
    require(policies.may_compute(actor, review))
    if gone := _without_tied(actor, review):
        words = {"expert": ", ".join(gone)}
        raise RuleViolation(_("Expert %(expert)s is tied to a project by now and has left the panel.") % words)
    return _compute(actor, review)


@act  # of its own: it stays when nothing is computed
def _without_tied(actor: Actor, review: Review) -> list[str]:
    lock_review(review)
    require(policies.may_compute(actor, review))
    return [member.alias for member in panel_of(review) if is_tied(actor, member)]


@act
def _compute(actor: Actor, review: Review) -> Conclusion:
    lock_review(review)
    require(policies.may_compute(actor, review))
    _refuse_unfinished(review)
    items = list(review.items.select_related("project").prefetch_related("findings"))
    sheets = last_sheets(review)
    outcomes = conclude(rules_for(review), judged(items, sheets))
    for item in items:
        _take_over(item, outcomes[item.pk], sheets[item.pk])
    advance(REVIEW, review, "conclude", updated_at=timezone.now())
    conclusion = Conclusion.objects.create(review=review, author_id=actor.user_id)
    conclusion.refresh_from_db(fields=["region", "league"])
    evidence.append("review.computed", review, actor, results=[_computed(item, sheets[item.pk]) for item in items])
    return conclusion


def _refuse_unfinished(review: Review) -> None:
    for missing in missing_for_result(review):
        raise RuleViolation(missing)


def _take_over(item: ReviewItem, outcome: Outcome, sheets: Sequence[ScoreSheet]) -> None:
    item.score, item.rank, item.is_tied = outcome.score, outcome.rank, outcome.is_tied
    item.computed_verdict = item.verdict = outcome.verdict
    item.recommended = item.amount = outcome.recommended
    item.save(update_fields=["score", "rank", "is_tied", "computed_verdict", "verdict", "recommended", "amount"])
    for line in item.findings.all():
        line.recommended = line.approved = outcome.lines[line.number]
        line.reason = reasons_for(line, sheets)
        line.save(update_fields=["recommended", "approved", "reason"])


def _computed(item: ReviewItem, sheets: Sequence[ScoreSheet]) -> dict[str, Any]:
    return {
        "project": item.project.code,
        "score": None if item.score is None else str(item.score),
        "rank": item.rank,
        "verdict": item.computed_verdict,
        "recommended": str(item.recommended),
        "sheets": [sheet.digest for sheet in sheets],
    }


@act
def save(
    actor: Actor,
    conclusion: Conclusion,
    *,
    revision: int,
    decisions: Mapping[int, Decision],
    text: str,
    advice: str = "",
) -> None:
    """Write the conclusion: the text, and the decision for each project by the key of its item.

    Who deviates from what was computed says why; the reason is published. Cost lines make the amount of their project.
    """
    require(policies.may_edit_conclusion(actor, conclusion))
    lock_review(conclusion.review)
    conclusion.refresh_from_db()
    require(policies.may_edit_conclusion(actor, conclusion))
    if conclusion.revision != revision:
        raise StaleRevision(conclusion, ("review.conclusion_saved", "review.computed"))
    items = _items(conclusion)
    errors: Errors = {}
    for item in items:
        if item.pk in decisions:
            errors |= _decide(item, decisions[item.pk])
    errors |= _unfunded(conclusion.review, items)
    if errors:
        raise BadDecisions(errors)
    _keep(items)
    conclusion.text, conclusion.advice, conclusion.author_id = text, advice, actor.user_id
    conclusion.revision = F("revision") + 1
    conclusion.save(update_fields=["text", "advice", "author", "revision"])
    conclusion.refresh_from_db(fields=["revision"])
    deviating = {item.project.code: item.deviation for item in items if item.deviation}
    evidence.append("review.conclusion_saved", conclusion, actor, deviations=deviating, text=text, advice=advice)


def _items(conclusion: Conclusion) -> list[ReviewItem]:
    return list(conclusion.review.items.select_related("project").prefetch_related("findings"))


def _keep(items: Sequence[ReviewItem]) -> None:
    ReviewItem.objects.bulk_update(items, ["verdict", "amount", "deviation"])
    CostFinding.objects.bulk_update([line for item in items for line in item.findings.all()], ["approved", "reason"])


def _decide(item: ReviewItem, decision: Decision) -> Errors:
    """Take the decision over into the rows, unsaved; what is wrong with it by cell."""
    errors = _decide_lines(item, decision.lines)
    lines = list(item.findings.all())
    amount = decision.amount
    if lines and not errors:
        amount = after_cuts(item.submitted, [(line.submitted, line.approved or Decimal(0)) for line in lines])
    item.verdict, item.amount = decision.verdict, amount
    if not 0 <= amount <= item.submitted:
        errors[f"{item.pk}.amount"] = _("The amount approved lies between 0 and the amount submitted.")
    elif error := _mismatch(item):
        errors[f"{item.pk}.verdict"] = error
    item.deviation = decision.deviation if is_deviating(item) else ""
    if is_deviating(item) and not item.deviation:
        errors[f"{item.pk}.deviation"] = _("Say why the result differs from the computed one; the reason is published.")
    return errors


def _decide_lines(item: ReviewItem, decisions: Mapping[int, LineDecision]) -> Errors:
    errors = {}
    for line in item.findings.all():
        given = decisions.get(line.number)
        if given is None:
            continue
        place = f"{item.pk}.line.{line.number}"
        line.approved, line.reason = given.approved, given.reason[:500]
        if not 0 <= given.approved <= line.submitted:
            errors[f"{place}.approved"] = _("The amount approved lies between 0 and the amount submitted.")
        elif given.approved < line.submitted and not given.reason:
            errors[f"{place}.reason"] = _("Say why the line is cut.")
    return errors


def _mismatch(item: ReviewItem) -> str:
    """An amount that contradicts the verdict."""
    amount = item.amount or Decimal(0)
    match item.verdict:
        case Verdict.SUPPORT:
            return "" if amount == item.submitted else _("A project that is supported gets the amount submitted.")
        case Verdict.PARTIAL:
            return "" if amount else _("A project that is supported in part gets an amount.")
        case Verdict.REJECT:
            return _("A project that is not supported gets nothing.") if amount else ""
        case _:
            return _("Choose one of the values offered.")


def _unfunded(review: Review, items: Sequence[ReviewItem]) -> Errors:
    if review.kind != ReviewKind.COMPETITION or review.funds is None:
        return {}
    given = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    if given <= review.funds:
        return {}
    words = {"given": f"{given:,.2f}", "funds": f"{review.funds:,.2f}"}
    return {"funds": _("The amounts make %(given)s, more than the funds of %(funds)s.") % words}


@act
def submit_conclusion(actor: Actor, conclusion: Conclusion, *, chosen: Chosen | None = None) -> None:
    """Hand the conclusion in for confirmation, for the first time or again."""
    require(policies.may_submit_conclusion(actor, conclusion))
    lock_case(SUBJECT, conclusion.pk)
    lock_review(conclusion.review)
    conclusion.refresh_from_db()
    require(policies.may_submit_conclusion(actor, conclusion))
    for missing in missing_for_confirmation(conclusion):
        raise RuleViolation(missing)
    advance(REVIEW, conclusion.review, "submit", updated_at=timezone.now())
    advance(CONCLUSION, conclusion, "submit", submitted_at=timezone.now(), return_reason="", author_id=actor.user_id)
    evidence.append("review.conclusion_submitted", conclusion, actor, digest=digest_of(result_body(conclusion)))
    send_on(actor, SUBJECT, conclusion, chosen=chosen)
    conclusion.refresh_from_db()


@act
def confirm_conclusion(actor: Actor, conclusion: Conclusion) -> None:
    """The flow's last step has confirmed: the result is frozen and can be published."""
    lock_review(conclusion.review)
    conclusion.refresh_from_db()
    body = result_body(conclusion)
    digest = digest_of(body)
    advance(CONCLUSION, conclusion, "confirm", body=body, digest=digest, confirmed_at=timezone.now())
    advance(REVIEW, conclusion.review, "confirm", updated_at=timezone.now())
    evidence.append(
        "review.confirmed",
        conclusion,
        actor,
        digest=digest,
        results=[{name: item[name] for name in ("code", "verdict", "amount", "deviation")} for item in body["items"]],
    )


@act
def return_conclusion(actor: Actor, conclusion: Conclusion, reason: str = "") -> None:
    """Give the conclusion back to the organiser, who writes it anew; also when the flow ends without a confirmation."""
    lock_review(conclusion.review)
    conclusion.refresh_from_db()
    advance(CONCLUSION, conclusion, "return", return_reason=reason[:2000])
    advance(REVIEW, conclusion.review, "return", updated_at=timezone.now())
    evidence.append("review.conclusion_returned", conclusion, actor, reason=reason)
