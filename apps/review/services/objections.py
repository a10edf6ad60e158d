"""Objections: filed by anybody, taken on by somebody who had no part in the result, decided, answered."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Post
from apps.codes.workdays import calendar_of
from apps.evidence import services as evidence
from apps.files.services import store_file
from apps.notices.services import notify
from apps.review.models import ItemOutcome, Objection, ObjectionFile, ObjectionState, PublicityItem, PublicityState
from apps.review.policies import publicity as policies
from apps.review.selectors.involved import involved_in
from apps.review.selectors.settings import setting_of
from apps.review.services.clock import certain_today
from apps.review.services.dossiers import give_back
from apps.review.services.locks import lock_publicity, lock_review
from apps.review.transitions import OBJECTION
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without what is mistaken for another sign
FILES = ("pdf", "jpg", "jpeg", "png", "docx", "xlsx")
MOST_FILES, HOURLY = 3, 5
PUBLIC = "public"


def public_actor(address: str) -> Actor:
    """Who acts from the public pages: nobody that we know."""
    return Actor(user_id=None, name=PUBLIC, post_label=PUBLIC, role=PUBLIC, address=address)


def new_code() -> str:
    """A code that nobody guesses (80 bits), written in groups of four: ABCD-EFGH-JKLM-NPQR."""
    signs = "".join(secrets.choice(ALPHABET) for _number in range(16))
    return "-".join(signs[start : start + 4] for start in range(0, 16, 4))


@act
def file_objection(  # noqa: PLR0913 - what its form asks
    actor: Actor,
    item: PublicityItem,
    *,
    ground: str,
    proof: str,
    name: str = "",
    contact: str = "",
    uploads: Sequence[UploadedFile] = (),
) -> Objection:
    """Take an objection to a published result in; anonymous without a name. `proof` is the work done for it, once.

    Raises RuleViolation after the last day, for a result that has taken effect, and for too many from one address.
    """
    publicity = item.publicity
    lock_review(publicity.conclusion.review)
    lock_publicity(publicity)
    item.refresh_from_db(fields=["outcome"])
    _refuse_late(item)
    _refuse_flood(actor.address)
    if not ground.strip():
        raise RuleViolation(_("Say what you object to and why."))
    if Objection.objects.filter(proof=proof).exists():
        raise RuleViolation(_("This form has been sent already. Open the page again to file another objection."))
    region = publicity.region
    days = setting_of(region).objection_days
    today = timezone.localdate()
    due_on = calendar_of(region, today, today + timedelta(days=days * 3 + 60)).add(today, days)
    objection = Objection.objects.create(
        publicity=publicity,
        item=item,
        code=new_code(),
        is_anonymous=not name.strip(),
        name=name.strip(),
        contact=contact.strip(),
        ground=ground,
        source=actor.address,
        proof=proof,
        due_on=due_on,
    )
    objection.refresh_from_db()
    keeper = system_actor(PUBLIC)
    for upload in uploads[:MOST_FILES]:
        stored = store_file(
            keeper,
            upload=upload,
            region=region,
            subject_label=Objection._meta.label,
            subject_id=str(objection.pk),
            allowed=FILES,
        )
        ObjectionFile.objects.create(objection=objection, file=stored)
    evidence.append(
        "review.objected",
        objection,
        actor,
        result=item.code,
        anonymous=objection.is_anonymous,
        ground=sm3_hex(ground.encode()),
        due_on=due_on,
    )
    _tell_handlers(objection)
    return objection


def _refuse_late(item: PublicityItem) -> None:
    publicity = item.publicity
    open_now = publicity.state == PublicityState.RUNNING and item.outcome == ItemOutcome.OPEN
    if not open_now or certain_today() > publicity.last_day:
        raise RuleViolation(_("The time to object to this result is over."))


def _refuse_flood(address: str) -> None:
    hour = timezone.now() - timedelta(hours=1)
    if address and Objection.objects.filter(source_index=address, filed_at__gte=hour).count() >= HOURLY:
        raise RuleViolation(_("Too many objections came from your address. Try again in an hour."))


def _tell_handlers(objection: Objection) -> None:
    posts = Post.objects.on().filter(role="review_supervisor", region=objection.region_id)
    people = set(posts.values_list("user_id", flat=True)) - involved_in(objection)
    until = str(objection.due_on)
    notify(people, "review.objected", objection.get_absolute_url(), notice=str(objection.publicity), until=until)


def _locked(objection: Objection) -> None:
    lock_review(objection.publicity.conclusion.review)
    lock_publicity(objection.publicity)
    Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    objection.refresh_from_db()


@act
def accept_objection(actor: Actor, objection: Objection) -> None:
    """Take an objection on; whoever does decides it."""
    _locked(objection)
    require(policies.may_accept(actor, objection, involved_in(objection)))
    advance(OBJECTION, objection, "accept", handler_id=actor.user_id, accepted_at=timezone.now())
    evidence.append("review.objection_accepted", objection, actor, result=objection.item.code)


@act
def refuse_to_hear(actor: Actor, objection: Objection, answer: str, *, is_public: bool = False) -> None:
    """Do not accept an objection (it names no ground, or another matter); the answer says why."""
    _locked(objection)
    require(policies.may_accept(actor, objection, involved_in(objection)))
    _decide(actor, objection, "not_accept", answer, is_public, handler_id=actor.user_id)


@act
def uphold_objection(
    actor: Actor, objection: Objection, answer: str, *, finding: str = "", is_public: bool = True
) -> None:
    """The objection is right: the result falls, the project goes back to its unit."""
    _locked(objection)
    require(policies.may_decide(actor, objection, involved_in(objection)))
    _decide(actor, objection, "uphold", answer, is_public, finding=finding)
    give_back(actor, objection.item, answer)


@act
def dismiss_objection(
    actor: Actor, objection: Objection, answer: str, *, finding: str = "", is_public: bool = True
) -> None:
    """The objection is not right: the result stands once its days are over."""
    _locked(objection)
    require(policies.may_decide(actor, objection, involved_in(objection)))
    _decide(actor, objection, "dismiss", answer, is_public, finding=finding)


def _decide(actor: Actor, objection: Objection, arrow: str, answer: str, is_public: bool, **values: Any) -> None:
    if not answer.strip():
        raise RuleViolation(_("Answer the objection: whoever filed it reads the answer."))
    now = timezone.now()
    advance(OBJECTION, objection, arrow, answer=answer, is_answer_public=is_public, decided_at=now, **values)
    type(objection.publicity).objects.filter(pk=objection.publicity_id).update(changed_at=now)
    names = {
        ObjectionState.NOT_ACCEPTED: "review.objection_not_accepted",
        ObjectionState.UPHELD: "review.objection_upheld",
        ObjectionState.DISMISSED: "review.objection_dismissed",
    }
    evidence.append(
        names[ObjectionState(objection.state)],
        objection,
        actor,
        result=objection.item.code,
        answer=sm3_hex(answer.encode()),
        public=is_public,
    )
