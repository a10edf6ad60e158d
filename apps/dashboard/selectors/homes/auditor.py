"""The home of auditors and of the audit administrator: the chain of evidence, and what is looked at first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import Trail
from apps.audit.vocabulary import label_of_any
from apps.evidence.canonical import HASHES, head_of
from apps.evidence.models import Batch, Checkpoint, Entry, Peer, VerifiedState
from imbudget.kit.actor import Actor
from imbudget.kit.registry import HomeCard, HomeLine

DAYS = 30
SHOWN = 10
MOST_WAITING = 1000  # counted no further
ROUTINE = (
    "accounts.signed_in",
    "accounts.post_switched",
    "evidence.rows_sealed",
)  # too many to let anything else be seen
LATE = timedelta(minutes=1)  # what is not sealed by then is told: the sealer runs each five seconds
# What an auditor looks at first, in the order in which it is shown.
DRAWS = ("review.drawn", "review.draw_requested", "review.draw_refused", "review.expert_removed")
OVERRIDES = (
    "monitoring.alarm_normal",
    "monitoring.exemption_saved",
    "review.expert_unmasked",
    "review.outlier_explained",
    "review.term_moved",
)
REVERSALS = (
    "disbursement.refunded",
    "disbursement.day_reopened",
    "disbursement.voucher_given_up",
    "budget.reopened",
    "budget.report_withdrawn",
    "regions.switch_taken_back",
    "subsidy.line_corrected",
    "subsidy.line_refunded",
)
PERSONAL = ("persons.unmasked", "persons.exported", "persons.limit_reached", "persons.inspected", "persons.copied")
DOORS = (
    "accounts.sign_in_failed",
    "accounts.factor_refused",
    "accounts.address_slowed",
    "audit.refused",
    "audit.not_found",
    "audit.forged",
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The newest seal: its number, head and time, whether it follows from its own values, and what waits to be sealed;
    when the log was last signed, and when it was last verified.
    """

    number: int
    head: str
    sealed_at: datetime
    is_sound: bool
    waiting: int
    waits_since: datetime | None
    signed_at: datetime | None = None
    verified_at: datetime | None = None
    peers: tuple[str, ...] = ()  # states of the installations that witness our log

    @property
    def shown_waiting(self) -> str:
        return f"{MOST_WAITING - 1}+" if self.waiting >= MOST_WAITING else str(self.waiting)

    @property
    def is_late(self) -> bool:
        return self.waits_since is not None and timezone.now() - self.waits_since > LATE


def chain() -> Chain | None:
    """How the chain stands; None before the first seal. Two queries. The whole is verified by `verify_evidence`."""
    verified, signed = VerifiedState.objects.order_by("-number"), Checkpoint.objects.order_by("-pk")
    at_work = Peer.objects.at_work().order_by()
    batch = (
        Batch.objects.annotate(  # along with it: no queries of their own
            signed_at=Subquery(signed.values("made_at")[:1]),
            verified_at=Subquery(verified.values("made_at")[:1]),
            peers=ArraySubquery(at_work.values("state")),
        )
        .order_by("-number")
        .first()
    )
    if batch is None:
        return None
    open_ = Entry.objects.filter(batch=None).order_by("pk")[:MOST_WAITING]
    since = list(open_.values_list("recorded_at", flat=True))
    computed = head_of(
        HASHES[settings.EVIDENCE_HASH], bytes(batch.previous_head), batch.number, batch.size, bytes(batch.root)
    )
    return Chain(
        batch.number,
        bytes(batch.head).hex(),
        batch.sealed_at,
        computed == bytes(batch.head),
        len(since),
        min(since, default=None),
        batch.signed_at,
        batch.verified_at,
        tuple(batch.peers),
    )


def newest(actor: Actor) -> list[Entry]:
    """The newest operations that the post sees, but for people who came to work. One query."""
    return list(Entry.objects.visible_to(actor).exclude(event__in=ROUTINE).order_by("-pk")[:SHOWN])


def looked_at_first(actor: Actor) -> list[HomeCard]:
    """Draws, overrides and reversals, who looked at personal data and who was turned away, of thirty days. One query."""
    since = timezone.now() - timedelta(days=DAYS)
    operations = (
        (_("draws of experts"), DRAWS),
        (_("decisions against a rule"), OVERRIDES),
        (_("taken back"), REVERSALS),
    )
    looks = ((_("personal data looked at or taken away"), PERSONAL), (_("turned away at the door"), DOORS))
    names = [name for _label, events in (*operations, *looks) for name in events]
    rows = Trail.objects.visible_to(actor).filter(kind__in=names, recorded_at__gte=since)
    counts = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    return [
        *(_card(label, events, counts, _entries) for label, events in operations),
        *(_card(label, kinds, counts, _at_the_desk) for label, kinds in looks),
    ]


def _card(label: str, kinds: tuple[str, ...], counts: dict[str, int], href: Callable[[str], str]) -> HomeCard:
    return HomeCard(
        label, tuple(HomeLine(label_of_any(kind), counts[kind], href(kind)) for kind in kinds if kind in counts)
    )


def _entries(event: str) -> str:
    return f"{reverse('evidence:entries')}?{urlencode({'event': event, 'since': _first_day()})}"


def _at_the_desk(kind: str) -> str:
    return f"{reverse('audit:desk')}?{urlencode({'kind': kind, 'since': _first_day()})}"


def _first_day() -> str:
    return (timezone.localdate() - timedelta(days=DAYS)).isoformat()
