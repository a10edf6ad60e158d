"""Each stage killed just before it is done leaves nothing behind, and done again leaves no row twice."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, transaction

from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.subsidy.models import Household, Outcome, Roster, RosterLine, RosterPayment
from apps.subsidy.services import payments, rosters
from apps.subsidy.tests.factories import household, write
from apps.subsidy.tests.rosters import Office, answer

# The last thing that every stage does is to leave its evidence: the process dies there, with its transaction open.
KILLED = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from apps.evidence import services as evidence
evidence.append = lambda *args, **facts: os.kill(os.getpid(), signal.SIGKILL)
from django.db import transaction
from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.disbursement.models import PayAccount, PaymentRequest
from apps.ledger.models import Authority
from apps.subsidy.models import Roster
from apps.subsidy.services import payments, rosters
from apps.subsidy.services.registers import import_register
from imbudget.kit.actor import system_actor
stage, key, path = sys.argv[1:]
clerk = actor_of(Post.objects.with_nodes().select_related("user").get(pk=int(key)))
roster = Roster.objects.select_related("subsidy", "region", "unit").first()
if stage == "import":
    import_register(system_actor("tests"), "households", Path(path), roster.region)
elif stage == "make":
    rosters.make_lines(clerk, roster)
elif stage == "pay":
    payments.MOST_ROWS = 1
    authority = Authority.objects.select_related("balance").get(unit=roster.unit, state="executable")
    payments.draw_up_payments(clerk, roster, authority, PayAccount.objects.get())
else:
    with transaction.atomic():
        payments.settle(PaymentRequest.objects.get())
"""


def kill(stage, post, path=""):
    names = connection.settings_dict
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    values = {"DATABASE_URL": f"{server}/{names['NAME']}", "DJANGO_SETTINGS_MODULE": "imbudget.settings_test"}
    command = [sys.executable, "-c", KILLED, stage, str(post), str(path)]
    done = subprocess.run(command, env=os.environ | values, cwd=settings.BASE_DIR, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]


@pytest.mark.django_db(transaction=True)
def test_a_stage_that_was_killed_is_done_again_with_no_row_twice(world, tmp_path, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    office = Office(world)
    roster, post = office.begun(), office.clerk.post_id
    path = write(tmp_path, "households", [household(office.region, number) for number in range(1, 11)])
    kill("import", post, path)
    assert Household.objects.count() == 4
    for _again in range(2):
        office.register.bring(tmp_path, "households", [household(office.region, number) for number in range(1, 11)])
        assert Household.objects.count() == 10

    kill("make", post)
    assert not RosterLine.objects.exists()
    for _again in range(2):
        rosters.make_lines(office.clerk, roster)
        assert RosterLine.objects.count() == 4
    Roster.objects.update(state="ready")
    roster.refresh_from_db()

    kill("pay", post)
    assert (PaymentRequest.objects.count(), RosterPayment.objects.count()) == (0, 0)
    assert set(roster.lines.values_list("outcome", flat=True)) == {Outcome.WAITING}
    payments.draw_up_payments(office.clerk, roster, office.treasury.authority, office.treasury.account)
    assert (PaymentRow.objects.count(), PaymentRequest.objects.count()) == (4, 1)

    request = PaymentRequest.objects.get()
    PaymentRow.objects.update(outcome="paid")
    kill("settle", post)
    assert set(roster.lines.values_list("outcome", flat=True)) == {Outcome.REQUESTED}
    for _again in range(2):
        with transaction.atomic():
            answer(request, set())
        assert set(roster.lines.values_list("outcome", flat=True)) == {Outcome.PAID}
