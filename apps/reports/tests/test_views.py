"""Documents from the browser: one moment of the data, and only for a post that is still held."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Post
from apps.accounts.tests.factories import make_post, sign_in
from apps.budget.models import BudgetLine
from apps.budget.tests.factories import World, make_sheet
from apps.desk.models import Job
from apps.regions.models import Unit
from apps.reports import services

# Jobs tell their progress over a connection of its own.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def test_total_and_lines_of_a_document_are_of_one_moment(world: World, monkeypatch):
    """Lines that change after the page was opened must not stand beside the old total."""
    sheet = make_sheet(world.codes, world.unit)
    post = make_post("unit_clerk", world.unit)
    browser, made = sign_in(Client(), post.user), []

    def late(actor, subject, build, kind):
        BudgetLine.objects.filter(sheet=sheet, number=1).update(amount=Decimal(7))
        made.append(build())
        return made[0], b""

    monkeypatch.setattr(services, "make_document", late)
    browser.get(reverse("reports:sheet", args=[sheet.pk, "csv"]))
    facts, by_function, by_project, table = made[0].sections
    assert by_function.rows[-1].cells[2] == table.rows[-1].cells[7] == Decimal("257.50")
    assert by_project.rows == []
    assert facts.rows[-1][1] == "贰佰伍拾柒元伍角整"


def test_a_batch_is_given_only_while_its_post_is_held(
    world: World, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    Unit.objects.filter(pk=world.unit.pk).update(name="甲/../乙", name_zh_hans="甲/../乙")
    make_sheet(world.codes, world.unit)
    post = make_post("banner_officer", world.tree.banner)
    make_post("finance_leader", world.tree.neighbour, post.user)
    browser = sign_in(Client(), post.user, post)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("reports:batch"))
    address = Job.objects.get().result_url
    archive = zipfile.ZipFile(io.BytesIO(b"".join(browser.get(address))))
    assert not [name for name in archive.namelist() if "/" in name]
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(pk=post.pk).update(valid_from=yesterday, valid_to=yesterday)
    assert browser.get(address).status_code == 404
