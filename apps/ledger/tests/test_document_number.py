"""Authorities are found by the number of their document through an index, whatever else the list asks."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import officer_of
from apps.ledger.filters.authorities import AuthorityFilter
from apps.ledger.models import Authority, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import issue, make_document, make_pool, post
from imbudget.kit.testing.plans import index_conditions

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(world) -> Authority:
    """One authority under a number of its own, among many under another one."""
    pool = make_pool(world, "900000.00")
    values = {"unit": world.unit, "function": world.codes.running, "department_economic": world.codes.office}
    lines = [LineInput(Decimal("1.00"), origin=pool, elements=values) for _number in range(400)]
    post(make_document(pool.region, DocumentKind.APPROVAL, lines, number="内财预〔2027〕9001号"))
    return issue(world, pool, "5.00")


def test_the_filter_reads_by_the_key_of_the_document(world, issued):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_authority")
    form = AuthorityFilter({"document_number": issued.document_number}, officer_of(world.tree.banner))
    assert form.is_valid(), form.errors
    rows = form.narrow(Authority.objects.all())
    assert [row.pk for row in rows] == [issued.pk]
    assert any("document_id" in condition for condition in index_conditions(rows))


def test_a_part_of_the_number_is_enough_in_the_filter_and_in_the_search(world, issued):
    client, page = client_of("banner_officer", world.tree.banner), reverse("ledger:authorities")
    part = issued.document_number[3:]
    for query in ({"document_number": part}, {"q": part}):
        with CaptureQueriesContext(connection) as caught:
            shown = client.get(page, query | {"year": 2027})
        assert [row["object"].pk for row in shown.context["rows"]] == [issued.pk], query
        reading = [each["sql"] for each in caught if 'FROM "ledger_authority"' in each["sql"]]
        assert not any('"ledger_authority"."document_number"::text LIKE' in sql for sql in reading)
    assert list(client.get(page, {"document_number": "无此文号", "year": 2027}).context["rows"]) == []
