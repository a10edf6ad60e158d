"""What the results of its reviews do to a project: into the store, back to its unit, or not admitted."""

from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evidence import services as evidence
from apps.notices.kinds import word
from apps.notices.services import notify
from apps.projects.models import ProjectState
from apps.projects.services.application import refuse_application, return_application, store_project
from apps.review.models import Dossier, DossierState, ItemOutcome, Objection, PublicityItem, Verdict
from apps.review.models.publicity import OPEN_OBJECTIONS
from apps.review.services.locks import lock_dossier
from apps.review.transitions import DOSSIER
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance

NOT_SUPPORTED = gettext_lazy("Not supported by the review (notice %(notice)s). %(reason)s")


@act
def settle(actor: Actor, published: PublicityItem) -> None:
    """A published result stands: the project goes on when all its reviews are done, or is not admitted.

    For the publicity, which holds its lock. Raises RuleViolation while an objection to any result of the project is
    open.
    """
    _set_outcome(published, ItemOutcome.STANDS)
    dossier = published.item.dossier
    lock_dossier(dossier)
    if dossier.state != DossierState.OPEN or dossier.project.state != ProjectState.REVIEW_PENDING:
        return  # another of its reviews has ended the matter
    if published.verdict == Verdict.REJECT:
        _refuse_open_objections(dossier)
        reason = NOT_SUPPORTED % {"notice": published.publicity, "reason": published.deviation}
        _close(actor, dossier, "refuse", reason.strip())
        refuse_application(actor, dossier.project, dossier.reason)
    elif is_complete(dossier):
        _refuse_open_objections(dossier)
        amount = amount_after(dossier)
        _close(actor, dossier, "store", "", amount)
        store_project(actor, dossier.project, reviewed=amount)


@act
def give_back(actor: Actor, published: PublicityItem, reason: str) -> None:
    """An objection was upheld: the result falls, one that was published anew since too, and the project goes back."""
    PublicityItem.objects.filter(item=published.item, outcome=ItemOutcome.OPEN).update(outcome=ItemOutcome.UPHELD)
    published.refresh_from_db(fields=["outcome"])
    dossier = published.item.dossier
    lock_dossier(dossier)
    if dossier.state == DossierState.OPEN and dossier.project.state == ProjectState.REVIEW_PENDING:
        _close(actor, dossier, "return", reason)
        return_application(actor, dossier.project, reason)


def is_complete(dossier: Dossier) -> bool:
    """Whether every review that the project needs has a result that stands."""
    done = set(_standing(dossier).values_list("item__review__kind", flat=True))
    return set(dossier.kinds) <= done


def amount_after(dossier: Dossier) -> Decimal:
    """The least amount that its reviews left of the total, in yuan."""
    amounts = list(_standing(dossier).values_list("amount", flat=True))
    return min([dossier.total, *amounts])


def _standing(dossier: Dossier) -> QuerySet[PublicityItem]:
    return PublicityItem.objects.filter(item__dossier=dossier, outcome=ItemOutcome.STANDS)


def _set_outcome(published: PublicityItem, outcome: str) -> None:
    moved = PublicityItem.objects.filter(pk=published.pk, outcome=ItemOutcome.OPEN).update(outcome=outcome)
    if not moved:
        raise RuleViolation(_("This result has taken effect already."))
    published.outcome = outcome


def is_objected_to(project_id: int) -> bool:
    """Whether an objection to any result of the project is open, of this application or of an earlier one."""
    return Objection.objects.filter(item__project=project_id, state__in=OPEN_OBJECTIONS).exists()


def _refuse_open_objections(dossier: Dossier) -> None:
    if is_objected_to(dossier.project_id):
        raise RuleViolation(_("An objection to this project is still open: it cannot go on before it is decided."))


def _close(actor: Actor, dossier: Dossier, arrow: str, reason: str, amount: Decimal | None = None) -> None:
    advance(DOSSIER, dossier, arrow, reason=reason[:2000], amount=amount, closed_at=timezone.now())
    evidence.append(
        "review.dossier_closed",
        dossier.project,
        actor,
        outcome=dossier.state,
        reason=reason,
        total=dossier.total,
        amount=amount,
        version=dossier.version.number,
    )
    if dossier.project.author_id:
        notify(
            [dossier.project.author_id],
            "review.decided",
            dossier.get_absolute_url(),
            project=str(dossier.project),
            outcome=word(DossierState(dossier.state).label),
        )
