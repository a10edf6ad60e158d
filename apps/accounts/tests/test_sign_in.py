"""Failed sign-ins leave evidence, without what people typed by mistake; rights end with their post."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import Post
from apps.accounts.selectors import held_rights, wanted_rights
from apps.accounts.tasks import withdraw_expired
from apps.accounts.tests.factories import ACTOR, PASSWORD, UserFactory, make_post
from apps.audit.models import Record, Tally
from apps.evidence.models import Entry
from apps.regions.tests.factories import make_tree
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db


def fail(client: Client, username: str, times: int = 1) -> None:
    for _attempt in range(times):
        client.post(reverse("accounts:login"), {"username": username, "password": "Secret#9876"})


def failures() -> list[dict[str, object]]:
    entries = Entry.objects.filter(event="accounts.sign_in_failed").order_by("pk")
    assert not any("Secret#9876" in str((entry.facts, entry.subject_label, entry.actor_name)) for entry in entries)
    return [entry.facts for entry in entries]


@pytest.mark.covers("C1", "C2")
def test_a_failure_is_recorded_with_its_name_and_address(client: Client) -> None:
    user = UserFactory()
    fail(client, user.username.upper())
    assert failures() == [{"username": user.username, "locked": False}]
    assert Entry.objects.get(event="accounts.sign_in_failed").address == "127.0.0.1"


@pytest.mark.covers("A5")
def test_a_typed_password_stands_in_no_record_and_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    user, typed = UserFactory(), "Secret#9876"
    with caplog.at_level("DEBUG"):
        page = client.post(reverse("accounts:login"), {"username": user.username, "password": typed})
        right = client.post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD})
        fail(client, user.username, 6)  # until the lock, and beyond it
    assert right.status_code == 302
    kept_in = (AccessAttempt, AccessFailureLog, AccessLog, Entry, Record, Tally)
    rows = [row for model in kept_in for row in model.objects.values_list()]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    kept = f"{rows} {sessions} {caplog.text} {page.content.decode()} {right.url}"
    assert user.username in kept
    assert typed not in kept
    assert PASSWORD not in kept


@pytest.mark.covers("C2")
@pytest.mark.parametrize(
    ("trusted", "told", "kept"),
    [
        (["127.0.0.1"], "10.9.8.7", "10.9.8.7"),
        (["127.0.0.1"], "2001:db8::7", "2001:db8::7"),
        (["127.0.0.1"], "<script>", "127.0.0.1"),
        ([], "10.9.8.7", "127.0.0.1"),
        (["10.0.0.1"], "10.9.8.7", "127.0.0.1"),
    ],
)
def test_the_address_is_taken_from_a_listed_web_server_only(
    client: Client, settings: Any, trusted: list[str], told: str, kept: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    user = UserFactory()
    data = {"username": user.username, "password": "wrong"}
    client.post(reverse("accounts:login"), data, headers={"X-Real-IP": told})
    assert Entry.objects.get(event="accounts.sign_in_failed").address == kept


@pytest.mark.covers("A5")
def test_a_name_that_nobody_has_is_shortened(client: Client) -> None:
    fail(client, "MyPassword#1")
    assert failures() == [{"username": "My…", "locked": False}]


@pytest.mark.covers("A3")
def test_the_lock_is_recorded_once(client: Client) -> None:
    user = UserFactory()
    fail(client, user.username, 8)
    assert [facts["locked"] for facts in failures()] == [False] * 4 + [True]


def test_an_empty_form_is_no_failure(client: Client) -> None:
    client.post(reverse("accounts:login"), {"username": "", "password": ""})
    assert failures() == []


@pytest.mark.covers("B3")
def test_the_rights_of_an_expired_post_are_withdrawn_at_night() -> None:
    tree = make_tree()
    today = timezone.localdate()
    post = make_post("banner_officer", tree.banner, valid_to=today)
    later = make_post("auditor", tree.banner, post.user, valid_from=today + timedelta(days=9))
    Post.objects.filter(pk=post.pk).update(valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1))
    assert withdraw_expired() == 1
    assert held_rights() == wanted_rights()
    assert len(held_rights()) == len(later.definition.grants)


def test_an_ended_post_is_not_stretched() -> None:
    post = make_post("banner_officer", make_tree().banner)
    today = timezone.localdate()
    Post.objects.filter(pk=post.pk).update(valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1))
    post.refresh_from_db()
    with pytest.raises(RuleViolation):
        services.end_post(ACTOR, post, today + timedelta(days=30))
