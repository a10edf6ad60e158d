"""Limits of public pages hold for an address over all processes, and what is counted says nothing about anybody."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from apps.accounts.counting import clear_counts, count
from apps.accounts.models import Count
from imbudget.kit.limits import Limit
from imbudget.kit.rates import RateMiddleware, Rates

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A3", "D1")]
ADDRESS = "203.0.113.9"


def test_two_processes_have_one_limit(settings):
    settings.STRANGERS_PER_MINUTE = 5
    workers = [RateMiddleware(lambda request: HttpResponse()) for _number in range(2)]

    def page(request):
        return HttpResponse()

    page.login_required = False
    request = RequestFactory().get("/public/zh-hans/", REMOTE_ADDR=ADDRESS)
    answers = [workers[number % 2].process_view(request, page, (), {}) for number in range(8)]
    assert [answer.status_code if answer else 200 for answer in answers] == [200] * 5 + [429] * 3
    elsewhere = RequestFactory().get("/public/zh-hans/", REMOTE_ADDR="203.0.113.10")
    assert workers[0].process_view(elsewhere, page, (), {}) is None


def test_an_ordinary_visitor_costs_no_question():
    asked = []
    rates = Rates(lambda: 60.0, lambda *given: asked.append(given) or 25)
    assert [rates.count(ADDRESS, step=10)[0] for _number in range(11)] == [*range(1, 10), 25, 26]
    assert len(asked) == 1


def test_a_limit_with_a_name_is_one_for_all_processes():
    here, there = (Limit(most=2, seconds=60, name="tests") for _number in range(2))
    assert [here.take("a"), there.take("a"), here.take("a"), there.take("a")] == [True, True, False, False]
    assert there.take("b")


def test_a_counter_ends_and_names_nobody():
    assert [count("tests", ADDRESS, 1, 60) for _number in range(2)] == [1, 2]
    assert ADDRESS not in Count.objects.get().key
    Count.objects.update(ends_at="2020-01-01T00:00:00Z")
    assert count("tests", ADDRESS, 3, 60) == 3
    assert clear_counts() == 0
    Count.objects.update(ends_at="2020-01-01T00:00:00Z")
    assert clear_counts() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE oid = 'accounts_count'::regclass")
        assert cursor.fetchone()[0] == "u", "an increment is not worth the log of the database"
