"""The home of an auditor: the chain of evidence, and the operations that are looked at first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence.canonical import HASHES, head_of
from apps.evidence.models import Batch, Entry, Peer
from apps.evidence.vocabulary import label_of
from imbudget.kit.actor import Actor
from imbudget.kit.registry import HomeCard, HomeLine

LOOKED_AT = 20_000  # of the newest entries: a home page reads no record of years
DAYS = 30
SHOWN = 10
MOST_WAITING = 1000  # counted no further
ROUTINE = ("accounts.signed_in", "accounts.post_switched")  # too many to let anything else be seen
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


@dataclass(frozen=True, slots=True)
class Chain:
    """The newest seal: its number, head and time, whether it follows from its own values, and what waits to be sealed."""

    number: int
    head: str
    sealed_at: datetime
    is_sound: bool
    waiting: int
    waits_since: datetime | None
    peers: tuple[str, ...] = ()  # states of the installations that witness our log

    @property
    def shown_waiting(self) -> str:
        return f"{MOST_WAITING - 1}+" if self.waiting >= MOST_WAITING else str(self.waiting)

    @property
    def is_late(self) -> bool:
        return self.waits_since is not None and timezone.now() - self.waits_since > LATE


def chain() -> Chain | None:
    """How the chain stands; None before the first seal. Two queries. The whole is verified by `verify_evidence`."""
    at_work = ArraySubquery(Peer.objects.at_work().order_by().values("state"))  # along with it: no query of its own
    batch = Batch.objects.order_by("-number").annotate(peers=at_work).first()
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
        tuple(batch.peers),
    )


def newest(actor: Actor) -> list[Entry]:
    """The newest operations that the post sees, but for people who came to work. One query."""
    return list(Entry.objects.visible_to(actor).exclude(event__in=ROUTINE).order_by("-pk")[:SHOWN])


def looked_at_first(actor: Actor) -> list[HomeCard]:
    """Draws, overrides and reversals of the last thirty days, among the newest entries. Two queries."""
    last = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
    since = timezone.now() - timedelta(days=DAYS)
    names = (*DRAWS, *OVERRIDES, *REVERSALS)
    rows = Entry.objects.visible_to(actor).filter(pk__gt=last - LOOKED_AT, event__in=names, recorded_at__gte=since)
    counts = dict(rows.order_by().values_list("event").annotate(Count("pk")))
    kinds = ((_("draws of experts"), DRAWS), (_("decisions against a rule"), OVERRIDES), (_("taken back"), REVERSALS))
    return [
        HomeCard(label, tuple(HomeLine(label_of(name), counts[name], _rows(name)) for name in events if name in counts))
        for label, events in kinds
    ]


def _rows(event: str) -> str:
    since = timezone.localdate() - timedelta(days=DAYS)
    return f"{reverse('evidence:entries')}?{urlencode({'event': event, 'since': since.isoformat()})}"
