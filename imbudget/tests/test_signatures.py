"""Every page that signs lets the administration ask again who does: no list and no job is a way round it."""

import re
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.accounts.services import set_signatures
from apps.accounts.tests.factories import PASSWORD, make_actor, make_post, sign_in
from apps.budget.tests.factories import fresh, make_sheet
from apps.desk.models import Job

pytestmark = pytest.mark.covers("A6")
SIGNS = re.compile(r"approve_many\(|services\.approve\(|sign_for\b|sign_evaluations\b|accept_waiting\"")
ASKS = re.compile(r"proof_before\(|signs=")


def test_every_view_that_signs_asks():
    views = [path for path in (Path(settings.BASE_DIR) / "apps").rglob("views/**/*.py") if "tests" not in path.parts]
    signing = [path for path in views if SIGNS.search(path.read_text())]
    assert len(signing) >= 4
    assert [str(path) for path in signing if not ASKS.search(path.read_text())] == []


@pytest.mark.django_db
def test_signing_from_a_list_and_by_a_job_asks_where_it_was_chosen(world):
    set_signatures(make_actor("security_admin", world.tree.root), asked=["budget.sheet"])
    browser = sign_in(Client(), make_post("banner_officer", world.tree.banner).user)
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    session = browser.session
    session["proved"] = time.time() - 3600
    session.save()
    chosen = {"act": "accept", "row": [sheet.pk]}
    asked = browser.post(reverse("budget:sheets"), chosen)
    assert asked.templates[0].name == "accounts/prove.html"
    waiting = reverse("budget:accept_waiting") + f"?region={world.tree.banner.pk}"
    assert browser.post(waiting).templates[0].name == "accounts/prove.html"
    assert not Job.objects.exists()
    assert fresh(sheet).state == "submitted"
    assert browser.post(reverse("budget:sheets"), chosen | {"proof-password": PASSWORD}).status_code == 302
    assert fresh(sheet).state == "accepted"
