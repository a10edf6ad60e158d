"""Someone without a post may do nothing, but what they do to their own account carries their name."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import PASSWORD, UserFactory, sign_in
from apps.evidence.models import Entry

pytestmark = pytest.mark.django_db
NEW = "Xilamuren#Gol58"


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


def test_a_changed_password_says_whose_act_it_was(user: User):
    browser = sign_in(Client(), user)
    answer = browser.post(reverse("accounts:password"), {"present": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    entry = Entry.objects.get(event="accounts.password_changed")
    assert (entry.actor_id, entry.actor_name, entry.address) == (str(user.pk), user.name, "127.0.0.1")
    history = user.history.first()
    assert history is None or history.history_user_id == user.pk


@pytest.mark.covers("B1")
def test_without_a_post_only_the_home_page_is_open(user: User):
    browser = sign_in(Client(), user)
    assert browser.get(reverse("dashboard:home")).status_code == 200
    for name in ("budget:progress", "budget:sheets", "budget:summary", "regions:units", "evidence:entries"):
        assert browser.get(reverse(name)).status_code == 403, name
    assert browser.get(reverse("admin:index")).status_code in {302, 403}


def test_sessions_ended_everywhere_say_who_ended_them(user: User):
    sign_in(Client(), user).post(reverse("accounts:logout_everywhere"))
    assert Entry.objects.get(event="accounts.signed_out_everywhere").actor_id == str(user.pk)
