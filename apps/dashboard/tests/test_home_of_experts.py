"""Where an expert begins."""

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of

pytestmark = pytest.mark.django_db


def test_an_expert_begins_at_their_desk(world):
    assert client_of("expert", world.tree.banner).get("/").url == reverse("review:desk")
    assert client_of("banner_officer", world.tree.banner).get("/").status_code == 200
