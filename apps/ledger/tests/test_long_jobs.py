"""What is too long for a page is left to a job: the rest of a year, and the signature that posts a long document."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor, make_post, sign_in
from apps.codes.tests.factories import make_codes
from apps.desk import services as desk
from apps.desk.models import Job, JobState
from apps.ledger import services
from apps.ledger.models import AuthorityDocument, Books, DocumentKind, Posting
from apps.ledger.selectors import longness
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import balance, broken, fresh, head, issue, make_authority, make_pool
from apps.lowcode.models import Task, TaskState
from apps.lowcode.services import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything_is_long(monkeypatch):
    monkeypatch.setattr(longness, "LONG", 0)


def done(job):
    """The job after a worker had it twice."""
    for _time in range(2):
        desk.run(job.pk)
    job.refresh_from_db()
    return job


def test_the_rest_of_a_year_is_drawn_up_by_a_job(world):
    make_authority(world, "100.00")
    make_codes(2028)
    books = Books.objects.get(region=world.tree.banner, year=2027)
    address = reverse("ledger:book_carry_over", args=[books.pk])
    response = client_of("banner_officer", world.tree.banner).post(address)
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert not AuthorityDocument.objects.filter(kind=DocumentKind.CARRY_OVER).exists()
    document_url = done(job).result["url"]
    document = AuthorityDocument.objects.get(kind=DocumentKind.CARRY_OVER)
    assert document_url == document.get_absolute_url()
    assert document.lines.count() == 1
    assert client_of("league_officer", world.tree.league).post(address).status_code == 403
    assert Job.objects.count() == 1


def test_a_rest_that_cannot_be_drawn_up_says_why_in_the_job(world):
    make_authority(world, "100.00")
    books = Books.objects.get(region=world.tree.banner, year=2027)
    client_of("banner_officer", world.tree.banner).post(reverse("ledger:book_carry_over", args=[books.pk]))
    job = done(Job.objects.get())
    assert job.state == JobState.FAILED
    assert "2028" in job.error
    assert not AuthorityDocument.objects.filter(kind=DocumentKind.CARRY_OVER).exists()


@pytest.fixture
def signed(world):
    """A document that waits for the leader's signature, the last one, with the leader's post and task."""
    call_command("load_flows", verbosity=0)
    pool = make_pool(world, "1000.00")
    authority = issue(world, pool, "500.00")
    officer = make_actor("banner_officer", world.tree.banner)
    post = make_post("finance_leader", world.tree.banner)
    document = services.draw_up(officer, world.tree.banner, 2027, DocumentKind.SUPPLEMENT, head())
    line = LineInput(Decimal(100), origin=fresh(pool), target=fresh(authority))
    services.save_document(officer, document, document.revision, {}, [line])
    services.submit_document(officer, document)
    task = Task.objects.select_related("case").get(user=post.user, state=TaskState.OPEN)
    return {"authority": authority, "document": document, "post": post, "task": task}


def test_a_job_gives_the_signature_that_posts_a_long_document(client, signed):
    leader = sign_in(client, signed["post"].user)
    address = reverse("lowcode:task", args=[signed["task"].pk])
    response = leader.post(address, {"act": "approve", "approve-opinion": "同意"})
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert balance(signed["authority"])["increased"] == 0
    assert done(job).state == JobState.DONE
    signed["document"].refresh_from_db()
    assert signed["document"].state == "posted"
    assert balance(signed["authority"])["increased"] == Decimal(100)
    assert Posting.objects.filter(document=signed["document"]).count() == 2  # allocated and issued, once
    assert broken() == set()


def test_long_documents_are_not_signed_in_bulk(signed):
    leader = make_actor("finance_leader", signed["document"].region, signed["post"].user)
    (outcome,) = tasks.approve_many(leader, [signed["task"]])
    assert "open it" in outcome.refusal
    signed["document"].refresh_from_db()
    assert signed["document"].state == "submitted"
