"""Results before the public: published, ended when their days are over, taken down only with a trace."""

from datetime import date, timedelta
from typing import Any, cast

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.codes.workdays import calendar_of
from apps.evidence import services as evidence
from apps.projects.selectors.versions import canonical
from apps.regions.models import Region
from apps.review.models import (
    Conclusion,
    Counting,
    ItemOutcome,
    Publicity,
    PublicityItem,
    PublicityRule,
    PublicityState,
    ReviewItem,
)
from apps.review.policies import publicity as policies
from apps.review.selectors.settings import publicity_rule
from apps.review.services.clock import certain_today
from apps.review.services.dossiers import is_objected_to, settle
from apps.review.services.locks import lock_publicity, lock_review
from apps.review.services.terms import refuse_unseen
from apps.review.transitions import PUBLICITY, REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

SHOWN = (
    "number",
    "code",
    "name",
    "unit_name",
    "category",
    "submitted",
    "amount",
    "score",
    "rank",
    "verdict",
    "deviation",
)


def last_day(region: Region, start: date, rule: PublicityRule) -> date:
    """The last day of a notice: the day it begins on is not counted, and a rest day at the end moves to the next
    working day (民法典 Art 201 and 203)."""
    calendar = calendar_of(region, start, start + timedelta(days=rule.days * 3 + 60))
    if rule.counting == Counting.WORKING:
        return calendar.add(start, rule.days)
    end = start + timedelta(days=rule.days)
    while not calendar.is_working(end):
        end += timedelta(days=1)
    return end


@act
def publish(actor: Actor, conclusion: Conclusion, *, title_zh: str, title_mn: str = "", text: str = "") -> Publicity:
    """Put the confirmed result of a review before the public, for the days of the region's rule, from today on.

    What is shown is frozen: projects, units, amounts, scores, reasons of deviations, and no person.
    """
    require(policies.may_publish(actor, conclusion))
    review = conclusion.review
    lock_review(review)
    conclusion.refresh_from_db()
    conclusion.review = review
    require(policies.may_publish(actor, conclusion))
    region = Region.objects.select_for_update(of=("self",), no_key=True).get(pk=conclusion.region_id)
    rule, today = publicity_rule(region, review.kind), certain_today()
    items = [_frozen(item) for item in review.items.select_related("project__category", "project__unit")]
    if not items:
        raise RuleViolation(_("The review has no project whose result could be published."))
    publicity: Any = Publicity(
        conclusion=conclusion,
        year=today.year,
        number=_next_number(region, today.year),
        title_zh_hans=title_zh,
        title_mvf=title_mn,
        text_zh_hans=text,
        days=rule.days,
        counting=rule.counting,
        source=rule.source,
        starts_on=today,
        ends_on=last_day(region, today, rule),
        author_id=cast(int, actor.user_id),
    )
    publicity.digest = digest_of(publicity, items)
    publicity.save(force_insert=True)
    for item in items:
        item.publicity = publicity
    PublicityItem.objects.bulk_create(items)
    publicity.refresh_from_db()
    advance(REVIEW, review, "publish", updated_at=timezone.now())
    evidence.append(
        "review.published",
        publicity,
        actor,
        digest=publicity.digest,
        starts_on=publicity.starts_on,
        ends_on=publicity.ends_on,
        days=publicity.days,
        counting=publicity.counting,
        items=[{"code": item.code, "verdict": item.verdict, "amount": item.amount} for item in items],
    )
    return publicity


def _next_number(region: Region, year: int) -> int:
    found = Publicity.objects.filter(region=region, year=year).aggregate(last=Max("number"))["last"]
    return (found or 0) + 1


def _frozen(item: ReviewItem) -> PublicityItem:
    project = item.project
    unit: Any = project.unit
    category: Any = project.category
    if not item.verdict or item.amount is None:
        raise RuleViolation(_("“%(project)s” has no confirmed result.") % {"project": project.name})
    return PublicityItem(
        item=item,
        project=project,
        unit=unit,
        number=item.number,
        code=project.code,
        name=project.name,
        unit_name=unit.name_zh_hans or unit.name,
        unit_name_mvf=unit.name_mvf or "",
        category=category.name_zh_hans if category else "",
        category_mvf=(category.name_mvf or "") if category else "",
        submitted=item.submitted,
        amount=item.amount,
        score=item.score,
        rank=item.rank,
        verdict=item.verdict,
        deviation=item.deviation,
    )


def digest_of(publicity: Any, items: list[PublicityItem]) -> str:
    """SM3 over what the public reads of a notice (`Publicity`), in one form."""
    body: dict[str, Any] = {
        "title": publicity.title_zh_hans,
        "text": publicity.text_zh_hans,
        "starts_on": str(publicity.starts_on),
        "ends_on": str(publicity.ends_on),
        "items": [{name: _plain(getattr(item, name)) for name in SHOWN} for item in items],
    }
    return sm3_hex(canonical(body).encode())


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else f"{value:.2f}"


@act
def take_down(actor: Actor, publicity: Publicity, reason: str) -> None:
    """Take a notice down before its end: it is gone from the public pages at once, the trace stays for ever."""
    require(policies.may_take_down(actor, publicity))
    review = publicity.conclusion.review
    lock_review(review)
    lock_publicity(publicity)
    require(policies.may_take_down(actor, publicity))
    if not reason.strip():
        raise RuleViolation(_("Say why the notice is taken down."))
    if publicity.items.exclude(outcome=ItemOutcome.OPEN).exists():
        raise RuleViolation(_("Results of this notice have taken effect already; it cannot be taken down any more."))
    now = timezone.now()
    advance(
        PUBLICITY,
        publicity,
        "take_down",
        down_reason=reason[:500],
        down_by_id=actor.user_id,
        ended_at=now,
        changed_at=now,
    )
    publicity.items.update(outcome=ItemOutcome.WITHDRAWN)
    advance(REVIEW, review, "take_down", updated_at=now)
    evidence.append(
        "review.taken_down",
        publicity,
        actor,
        reason=reason,
        planned_end=publicity.last_day,
        days_left=(publicity.last_day - timezone.localdate()).days,
        digest=publicity.digest,
    )


@act
def end_publicity(actor: Actor, publicity: Publicity) -> int:
    """Let the results whose days are over, and to whose projects no objection is open, take effect; returns how many did.

    Results with an open objection wait; when nothing waits any more, the notice has ended. A second call does no harm.
    """
    review = publicity.conclusion.review
    lock_review(review)
    lock_publicity(publicity)
    if publicity.state != PublicityState.RUNNING:
        return 0
    today = certain_today()
    if today <= publicity.last_day:
        raise RuleViolation(
            _("The notice stands before the public until %(day)s has passed.") % {"day": publicity.last_day}
        )
    refuse_unseen(today)
    settled = 0
    items = list(publicity.items.select_related("item__dossier", "project").order_by("project_id"))
    for item in items:
        if item.outcome == ItemOutcome.OPEN and not is_objected_to(item.project_id):
            settle(actor, item)
            settled += 1
    if all(item.outcome != ItemOutcome.OPEN for item in items):
        now = timezone.now()
        advance(PUBLICITY, publicity, "end", ended_at=now, changed_at=now)
        advance(REVIEW, review, "close", updated_at=now)
        evidence.append(
            "review.publicity_ended",
            publicity,
            actor,
            starts_on=publicity.starts_on,
            ends_on=publicity.last_day,
            planned_end=publicity.ends_on,
            outcomes={item.code: str(item.outcome) for item in items},
            digest=publicity.digest,
        )
    return settled
