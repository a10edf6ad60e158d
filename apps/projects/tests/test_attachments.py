"""Attachments: they come through the wizard, belong to the project's place, and go while it is a draft."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World
from apps.evidence.models import Entry
from apps.files.models import StoredFile
from apps.projects.models import Project, ProjectAttachment
from apps.projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def attach(client: Client, project: Project, name: str = "批文.pdf", content: bytes = PDF, **values: str) -> Any:
    data = {"kind": "approval", "file": SimpleUploadedFile(name, content), **values}
    return client.post(reverse("projects:attach", args=[project.pk]), data)


def test_an_attachment_belongs_to_the_projects_place_and_is_on_record(world: World):
    clerk, project = client_of("unit_clerk", world.unit), ProjectFactory(unit=world.unit)
    assert attach(clerk, project).status_code == 302
    attachment = project.attachments.get()
    stored = attachment.file
    assert (stored.unit_id, stored.region_id) == (project.unit_id, project.region_id)
    assert (stored.subject_label, stored.subject_id) == ("projects.project", str(project.pk))
    entry = Entry.objects.get(event="projects.attached")
    assert entry.facts["digest"] == stored.digest
    page = client_of("banner_officer", world.tree.banner).get(project.get_absolute_url(), {"tab": "attachments"})
    assert stored.get_absolute_url() in page.content.decode()


def test_a_renamed_program_is_refused_with_a_sentence(world: World):
    clerk, project = client_of("unit_clerk", world.unit), ProjectFactory(unit=world.unit)
    response = attach(clerk, project, content=b"MZ\x90\x00" + b"\0" * 100)
    assert response.status_code == 422
    assert "批文.pdf" in response.content.decode()
    assert not ProjectAttachment.objects.exists()


@pytest.mark.parametrize("kind", ["", "nothing"])
def test_an_attachment_says_what_it_is(world: World, kind):
    project = ProjectFactory(unit=world.unit)
    assert attach(client_of("unit_clerk", world.unit), project, kind=kind).status_code == 422


def test_who_may_not_edit_the_project_attaches_and_takes_away_nothing(world: World):
    clerk, project = client_of("unit_clerk", world.unit), ProjectFactory(unit=world.unit)
    attach(clerk, project)
    attachment = project.attachments.get()
    drop = reverse("projects:detach", args=[attachment.pk])
    neighbour = client_of("unit_clerk", world.neighbour_unit)
    assert (attach(neighbour, project).status_code, neighbour.post(drop).status_code) == (404, 404)
    officer = client_of("banner_officer", world.tree.banner)
    assert (attach(officer, project).status_code, officer.post(drop).status_code) == (403, 403)
    Project.objects.filter(pk=project.pk).update(state="stored")
    assert (attach(clerk, project).status_code, clerk.post(drop).status_code) == (403, 403)
    assert ProjectAttachment.objects.count() == 1


def test_an_attachment_goes_with_its_file(world: World):
    clerk, project = client_of("unit_clerk", world.unit), ProjectFactory(unit=world.unit)
    attach(clerk, project)
    clerk.post(reverse("projects:detach", args=[project.attachments.get().pk]))
    assert not ProjectAttachment.objects.exists()
    assert not StoredFile.objects.exists()
