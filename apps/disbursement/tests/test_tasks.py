"""The clock speaks with every treasury in a task of its own, and with none twice at a time."""

import psycopg
import pytest
from django.db import connection

from apps.disbursement import tasks
from apps.disbursement.models import InState, TreasuryLink
from apps.disbursement.services import exchange
from apps.disbursement.tests.factories import make_treasury

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(world, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    treasury = make_treasury(world)
    return treasury.connect(place="nowhere")  # the operator has given no address for it


def test_each_open_treasury_has_a_task(link, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.exchange_with, "apply_async", lambda args, **options: asked.append((args, options)))
    assert tasks.exchange() == 1
    assert asked == [([link.pk], {"expires": tasks.EVERY})]
    TreasuryLink.objects.update(is_open=False)
    assert tasks.exchange() == 0


def test_a_message_that_came_before_its_treasury_was_closed_is_looked_at(link):
    message = exchange.keep(link, b"<nothing/>")
    other = exchange.settle_new(link__is_open=False)
    TreasuryLink.objects.update(is_open=False)
    tasks.exchange()
    message.refresh_from_db()
    assert (other, message.state) == (0, InState.REFUSED)


def test_a_treasury_that_another_worker_speaks_with_is_left_alone(link):
    values = connection.get_connection_params()
    with psycopg.connect(dbname=values["dbname"], host=values.get("host"), port=values.get("port"),
                         user=values.get("user"), password=values.get("password"), autocommit=True) as other:  # fmt: skip
        other.execute(tasks.LOCK, [link.pk])
        assert tasks.exchange_with(link.pk) == {}
        other.execute(tasks.UNLOCK, [link.pk])
    assert tasks.exchange_with(link.pk) == {"sent": 0, "received": 0, "down": 1}
