"""Sending and fetching: at least once on the line, exactly once in what comes of it.

A message is written in the act that needs it and sent by the clock until the other end has it; what comes in is kept in a
transaction of its own before it is acknowledged, and taken into account afterwards. A kill at any point leaves a message
that is sent again, fetched again or taken into account later, never twice.
"""

from contextlib import closing, suppress
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils import timezone

from apps.disbursement import policies
from apps.disbursement.models import (
    InMessage,
    InState,
    OutKind,
    OutMessage,
    OutState,
    TreasuryLink,
    Voucher,
)
from apps.disbursement.selectors.links import line_of
from apps.disbursement.services.answers import take_into_account
from apps.disbursement.services.keeping import keep
from apps.disbursement.transitions import IN_MESSAGE, OUT_MESSAGE, VOUCHER
from apps.disbursement.transport import Line, LineDown, NotTaken
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act, clockwork
from imbudget.kit.errors import require
from imbudget.kit.transitions import advance, is_open

AT_ONCE = 200
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=30)


def open_links() -> QuerySet[TreasuryLink]:
    """The treasuries that are spoken with."""
    return TreasuryLink.objects.filter(is_open=True).order_by("pk")


def exchange_with(link: TreasuryLink) -> dict[str, int]:
    """One round with a treasury: what waits is sent, what has come is taken in and into account.

    Troubles stand on the messages.
    """
    told = {"sent": 0, "received": 0, "down": 0}
    try:
        with closing(line_of(link)) as line:
            told["sent"] = send_due(link, line)
            told["received"] = fetch(link, line)
    except (LineDown, ImproperlyConfigured):
        told["down"] = 1
    settle_new(link=link)
    return told


def send_due(link: TreasuryLink, line: Line) -> int:
    """Send what is due, the oldest first, each in a transaction of its own; raises LineDown when the line breaks."""
    sent = 0
    for _message in range(AT_ONCE):
        match _send_next(link, line):
            case None:
                break
            case LineDown() as down:
                raise down
            case _:
                sent += 1
    return sent


@clockwork
def _send_next(link: TreasuryLink, line: Line) -> OutMessage | LineDown | None:
    due = OutMessage.objects.filter(link=link, state=OutState.WAITING, due__lte=timezone.now())
    message = due.select_for_update(skip_locked=True, of=("self",)).order_by("due", "pk").first()
    if message is None:
        return None
    tries = message.tries + 1
    try:
        line.send(message.name, bytes(message.raw))
    except LineDown as down:
        message.due = timezone.now() + min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
        message.tries, message.trouble = tries, str(down)[:500]
        message.save(update_fields=["tries", "due", "trouble"])
        return down
    except NotTaken as refusal:
        advance(OUT_MESSAGE, message, "refuse", tries=tries, trouble=str(refusal)[:500], due=timezone.now())
        return message
    advance(OUT_MESSAGE, message, "send", tries=tries, trouble="", sent_at=timezone.now())
    voucher = Voucher.objects.select_for_update(of=("self",)).get(pk=message.voucher_id)
    if message.kind == OutKind.VOUCHER and is_open(
        VOUCHER, voucher, "send"
    ):  # the answer may have been quicker than we are
        advance(VOUCHER, voucher, "send")
    return message


def fetch(link: TreasuryLink, line: Line) -> int:
    """Keep what has come in, then acknowledge it; raises LineDown when the line breaks."""
    count = 0
    for received in line.waiting():
        keep(link, received.opened())
        line.acknowledge(received.name)
        count += 1
    return count


@act
def look_again(actor: Actor, message: InMessage) -> None:
    """Have a message that was not believed taken into account anew: its day was reopened, its account entered meanwhile."""
    require(policies.may_look_again(actor, message))
    advance(IN_MESSAGE, message, "again", trouble="", done_at=None)
    evidence.append("disbursement.looked_again", message.link, actor, digest=message.digest)


def settle_new(**of: Any) -> int:
    """Take into account what was kept and not yet looked at (`of`: of which link), in the order in which it came."""
    waiting = InMessage.objects.filter(state=InState.NEW, **of).order_by("pk")
    new = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    for pk in new:
        with suppress(OSError):  # no room on the disk for a long message: it waits, and holds up no other
            take_into_account(InMessage(pk=pk))
    return len(new)
