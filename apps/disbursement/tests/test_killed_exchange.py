"""Workers that are killed in the middle of sending, fetching, settling and comparing; a treasury that is down for an hour.

Another process does the work against the sandbox, a process of its own, and gets SIGKILL when all is written but not kept.
"""

import json
import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.tests.factories import make_post
from apps.disbursement.models import DayBook, InMessage, OutMessage, RequestState
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.services import reconciling
from apps.disbursement.tests.factories import Treasury, row
from apps.disbursement.tests.rounds import one_round
from apps.disbursement.tests.sandboxed import Sandbox
from apps.ledger.models import Posting
from apps.ledger.tests.factories import balance, broken

KEY = "07" * 32
CHILD = """
import sys, time, django
django.setup()
from apps.disbursement.services import exchange, reconciling, settling
from apps.disbursement.tests.rounds import one_round
from apps.disbursement.transport import HttpsLine
def stop(*_arguments, **_values):
    print("here", flush=True)
    time.sleep(120)
if sys.argv[1] == "send":
    exchange.advance = stop
elif sys.argv[1] == "fetch":
    HttpsLine.acknowledge = stop
elif sys.argv[1] == "settle":
    settling.advance = stop
else:
    from django.db import transaction
    with transaction.atomic():
        assert reconciling.reconcile_due()
        stop()
one_round()
"""
D = Decimal


def killed(where: str, places: Path) -> None:
    """The work in another process, which is killed there."""
    values = connection.settings_dict
    url = f"postgresql://{values['USER']}@{quote(values['HOST'], safe='')}/{values['NAME']}"
    env = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "imbudget.settings_test",
        "SIGNING_KEY": "05" * 32,
        "TREASURY_PLACES": str(places),
    }
    with subprocess.Popen([sys.executable, "-c", CHILD, where], stdout=subprocess.PIPE, env=env, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "here"
        child.kill()


def until_paid(request: Any) -> None:
    for _round in range(50):
        one_round()
        request.refresh_from_db()
        if request.state == RequestState.PAID:
            return
    raise AssertionError(request.state)


class Place:
    """Where the sandbox is, for this process and for those that are killed."""

    def __init__(self, settings: Any, folder: Path) -> None:
        self.settings, self.file = settings, folder / "places.json"
        self.options = ("--key", KEY, "--journal", folder / "journal")

    def at(self, sandbox: Sandbox) -> None:
        place = {"sandbox": {"address": f"http://localhost:{sandbox.told['listening']}"}}
        self.file.write_text(json.dumps(place))
        self.settings.TREASURY_PLACES = place


@pytest.mark.django_db(transaction=True, databases=["default", "progress"])
@pytest.mark.parametrize("dialect", ["mof", "iso"])
def test_whatever_is_killed_every_yuan_is_booked_once(world, settings, tmp_path, dialect):
    settings.SIGNING_KEY = b"\x05" * 32
    treasury, place = Treasury(world, dialect), Place(settings, tmp_path)
    post = make_post("treasury_officer", treasury.region)
    treasury.connect(stamp_key=SandboxStamp(KEY).public_key)
    pays_once(treasury, place)
    pays_after_an_hour(treasury, place)
    assert Posting.objects.filter(key__endswith=":paid").count() == 2
    closes_once(post, place)
    assert broken() == set()
    call_command("verify_ledger", verbosity=0)


def pays_once(treasury: Treasury, place: Place) -> None:
    """The worker is killed three times on the way; then the sandbox itself."""
    with Sandbox(*place.options) as sandbox:
        place.at(sandbox)
        request = treasury.approved(row("100.00"), row("50.00", number=2))
        killed("send", place.file)
        assert OutMessage.objects.get().state == "waiting"  # the treasury has it all the same
        killed("fetch", place.file)
        assert InMessage.objects.count() == 1
        killed("settle", place.file)
        request.refresh_from_db()
        assert (request.state, balance(treasury.authority)["spent"]) == ("approved", D(0))
        until_paid(request)
        sandbox.kill()


def pays_after_an_hour(treasury: Treasury, place: Place) -> None:
    """What could not be sent goes out when the sandbox is back, which knows what it had paid."""
    later = treasury.approved(row("25.00", number=3))
    assert one_round()["down"] == 1
    [waiting] = OutMessage.objects.filter(state="waiting")
    assert waiting.tries == 1
    OutMessage.objects.filter(pk=waiting.pk).update(due=timezone.now() - timedelta(hours=1))  # the hour has passed
    with Sandbox(*place.options) as sandbox:
        place.at(sandbox)
        until_paid(later)
        sandbox.day_end(f"{timezone.localdate()}")
        while one_round()["received"]:
            pass


def closes_once(post: Any, place: Place) -> None:
    """The day, as if it were yesterday, is compared, whose worker is killed when it has, compared again and closed."""
    killed("compare", place.file)
    assert not DayBook.objects.exclude(matched=0).exists()
    reconciling.reconcile_due()
    [book] = DayBook.objects.exclude(matched=0)
    assert (book.matched, book.unsettled, book.ledger_sum, book.bank_sum, book.treasury_sum) == (
        3,
        0,
        *[D("175.00")] * 3,
    )
    tomorrow = timezone.now() + timedelta(days=1)
    real, timezone.now = timezone.now, lambda: tomorrow
    try:
        actor = actor_of(post)
        reconciling.close_day(actor, book)
    finally:
        timezone.now = real
    book.refresh_from_db()
    assert book.state == "closed"
    reconciling.reopen_day(actor, book, "再次核对")
    assert DayBook.objects.get(pk=book.pk).state == "open"
