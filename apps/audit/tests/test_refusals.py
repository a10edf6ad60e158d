"""Refusals are written down once a minute and counted, and a log that cannot be written stops the act."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.tests.factories import PASSWORD, UserFactory, client_of, make_post, sign_in
from apps.audit.models import Record, Tally
from apps.audit.services import Refusal, fold_refusals, record_refusal
from apps.disbursement.tests.factories import Treasury
from apps.disbursement.tests.papers import make_payee
from apps.regions.tests.factories import make_tree
from imbudget.kit.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C1", "C2", "C4")]
STRANGER = Actor(None, "", address="10.9.9.9")


def kinds() -> list[str]:
    return list(Record.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def tree():
    return make_tree()


def test_a_row_out_of_scope_is_written_with_who_and_what(tree):
    browser = client_of("banner_officer", tree.banner)
    answer = browser.get(reverse("regions:region", args=[tree.neighbour.pk]))
    assert answer.status_code == 404
    found = Record.objects.get()
    assert (found.kind, found.succeeded) == ("audit.not_found", False)
    assert (found.subject_type, found.subject_id) == ("regions.Region", str(tree.neighbour.pk))
    assert found.actor_name
    assert found.region_code == tree.banner.code
    assert found.address == "127.0.0.1"
    assert found.facts["page"] == "regions:region"
    assert found.trace == answer["X-Request-ID"]


def test_what_a_post_does_not_include_is_written_with_its_reason(tree):
    assert client_of("banner_officer", tree.banner).get(reverse("audit:desk")).status_code == 403
    found = Record.objects.get()
    assert found.kind == "audit.refused"
    assert "岗位" in found.reason  # as its reader saw it


def test_a_forged_form_is_written(tree):
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, make_post("banner_officer", tree.banner).user)
    assert browser.post(reverse("accounts:logout")).status_code == 403
    assert kinds() == ["audit.forged"]


def test_repeats_are_counted_and_folded(tree):
    browser = client_of("banner_officer", tree.banner)
    for _ in range(4):
        browser.get("/nothing/")
    assert kinds() == ["audit.not_found"]
    assert Tally.objects.get().count == 4
    assert fold_refusals() == 0  # the minute is not over
    Tally.objects.update(minute=timezone.now() - timedelta(minutes=5))
    assert fold_refusals() == 1
    assert Record.objects.get(kind="audit.repeated").facts["times"] == 3
    assert not Tally.objects.exists()


def test_nobody_fills_the_disk(settings):
    settings.AUDIT_REFUSALS_PER_MINUTE = 50
    for number in range(200):
        actor = Actor(None, "", address=f"10.0.{number}.1")
        record_refusal(actor, Refusal("audit.not_found", "", "GET", 404, path=f"/{number}"))
    assert Record.objects.count() <= 51
    assert sum(Tally.objects.values_list("count", flat=True)) == 200


def test_one_source_leaves_few_records():
    for number in range(100):
        record_refusal(STRANGER, Refusal("audit.not_found", f"page{number}", "GET", 404))
    assert Record.objects.count() <= 31
    assert sum(Tally.objects.values_list("count", flat=True)) == 100


def test_an_address_that_opens_by_itself_is_not_written(tree):
    Client().get(reverse("surveys:answer", args=["zh-hans", "0" * 32]))
    assert [facts["path"] for facts in Record.objects.values_list("facts", flat=True)] == [""]


def test_the_id_of_a_request_is_believed_of_a_listed_server_only(settings):
    given = {"X-Request-ID": "0123456789abcdef"}
    page = reverse("accounts:login")
    assert Client().get(page, headers=given)["X-Request-ID"] != given["X-Request-ID"]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert Client().get(page, headers=given)["X-Request-ID"] == given["X-Request-ID"]
    assert Client().get(page, headers={"X-Request-ID": "a b\tc"})["X-Request-ID"].isalnum()


BROKEN = """
CREATE FUNCTION pg_temp.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER a_full_disk BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION pg_temp.full_disk()
"""


@pytest.fixture
def full_disk(request):
    """From its call on, nothing can be written to a log."""

    def fill(table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BROKEN.format(table=table))

    return fill


def test_who_cannot_be_written_down_does_not_sign_in(full_disk, caplog):
    user = UserFactory()
    full_disk("evidence_entry")
    browser = Client()
    answer = browser.post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 503
    assert "503" in answer.content.decode()  # the page that says so, in the language of its reader
    assert "could not be recorded" in caplog.text
    assert browser.get("/").status_code == 302  # nobody is signed in


def test_an_act_that_cannot_be_written_down_is_not_done(full_disk, caplog, tree):
    browser = client_of("banner_officer", tree.banner)
    user = User.objects.latest("pk")
    full_disk("evidence_entry")
    answer = browser.post(reverse("accounts:logout_everywhere"))
    assert answer.status_code == 503
    assert User.objects.get(pk=user.pk).session_epoch == user.session_epoch
    assert browser.get("/").status_code == 200


def test_a_person_is_not_shown_where_the_look_cannot_be_written(full_disk, world):
    payee = make_payee(Treasury(world))
    browser = client_of("banner_officer", payee.region)
    assert browser.get(payee.get_absolute_url()).status_code == 200
    assert Record.objects.get(kind="audit.person_seen").subject_id == str(payee.pk)
    full_disk("audit_record")
    answer = browser.get(payee.get_absolute_url())
    assert answer.status_code == 503
    assert payee.name not in answer.content.decode()


def test_signing_out_is_written(tree):
    browser = client_of("banner_officer", tree.banner)
    browser.post(reverse("accounts:logout"))
    assert kinds() == ["audit.signed_out"]
