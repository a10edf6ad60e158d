"""Clocks that do not agree: days that cannot be are not believed, the time on a message decides nothing and is shown."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import sign_in
from apps.disbursement import services
from apps.disbursement.models import BankStatement, InMessage, InState
from apps.disbursement.services import exchange
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.test_exchange import KEY
from apps.disbursement.tests.test_reconciling import Day
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasury(world, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    made = make_treasury(world)
    made.connect(stamp_key=KEY)
    return made


def at(day, **skew):
    """From now on the treasury's clock is off by this."""
    day.day = timezone.localdate() + timedelta(**skew)
    day.line.desk.now = lambda: timezone.localtime() + timedelta(**skew)


@pytest.mark.parametrize(
    ("days", "words"), [(2, "one of the two clocks is wrong"), (-2, "before its voucher was made")]
)
def test_a_day_that_cannot_be_is_not_believed(treasury, days, words):
    day = Day(treasury)
    at(day, days=days)
    request = day.pay(row("100.00"))
    refused = InMessage.objects.filter(state=InState.REFUSED)
    assert [words in message.trouble for message in refused] == [True]
    request.refresh_from_db()
    assert request.state == "approved"
    at(day, days=0)  # the clock is put right, and the treasury is asked
    day.line.desk.orders.clear()
    day.line.desk.take(bytes(request.voucher.messages.get().raw))
    day.exchange()
    request.refresh_from_db()
    assert request.state == "paid"


def test_a_statement_of_a_day_that_has_not_come_is_not_believed(treasury):
    day = Day(treasury)
    at(day, days=1)  # their day may have begun
    day.pay(row("100.00"))
    assert day.end().has_bank
    kept = BankStatement.objects.count()
    day.line.desk.end_day(timezone.localdate() + timedelta(days=2))
    day.exchange()
    assert BankStatement.objects.count() == kept
    assert "looked at again" in InMessage.objects.filter(state=InState.REFUSED).first().trouble


def test_the_time_on_a_message_decides_nothing_and_is_shown(treasury):
    day = Day(treasury)
    at(day, minutes=90)
    request = treasury.approved(row("100.00"))
    services.send_due(treasury.link, day.line)
    services.fetch(treasury.link, day.line)
    exchange.settle_new()
    request.refresh_from_db()
    assert request.state == "paid"
    state = InMessage.objects.exclude(said_at=None).get()
    user, post = User.objects.get(pk=day.clerk.user_id), Post.objects.get(pk=day.clerk.post_id)
    page = html.text(sign_in(Client(), user, post).get(state.get_absolute_url()))
    with override("zh-hans"):
        words = gettext(
            "%(time)s: the clock of the treasury is %(minutes)s min ahead of ours; nothing is decided by it"
        )
    assert words.rpartition("%(minutes)s")[2] in page
