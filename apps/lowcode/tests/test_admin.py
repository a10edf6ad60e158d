"""Forms, flows and cases in the administration: looked up by number or name, never changed, without what people wrote."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.lowcode.models import Case, CaseEvent, FlowDefinition, FlowVersion, FormDefinition, FormVersion, Task
from apps.lowcode.services import cases, tasks
from apps.lowcode.tests.approving import SUBJECT, Office, make_office
from apps.projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db
MODELS = (FlowDefinition, FlowVersion, FormDefinition, FormVersion, Case, CaseEvent, Task)
READ = (FlowDefinition, FlowVersion, Case, CaseEvent, Task)
REASON = "请补充草场测算依据"


@pytest.fixture
def office(monkeypatch) -> Office:
    return make_office(monkeypatch)


@pytest.fixture
def case(office: Office) -> Case:
    made = office.start()
    tasks.send_back(office.head, office.task(office.head), reason=REASON)
    return made


@pytest.fixture
def system(office: Office) -> Client:
    return client_of("system_admin", office.tree.root)


def page(model: type, name: str, *args: object) -> str:
    return reverse(f"admin:lowcode_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("role", ["system_admin", "audit_admin"])
def test_rows_are_looked_up_and_never_changed(office: Office, case: Case, role: str):
    client = client_of(role, office.tree.root)
    for model in MODELS:
        assert client.get(page(model, "changelist")).status_code == 200
        assert client.get(page(model, "add")).status_code == 403
    for model in READ:
        row = model._default_manager.first()
        for name in ("change", "history"):
            assert client.get(page(model, name, row.pk)).status_code == 200, (model, name)
        assert client.post(page(model, "change", row.pk), {"name_zh_hans": "x", "state": "done"}).status_code == 403
        assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_security_administrator_has_no_part_in_it(office: Office, case: Case):
    client = client_of("security_admin", office.tree.root)
    assert {client.get(page(model, "changelist")).status_code for model in MODELS} == {403}


def test_what_people_wrote_is_not_shown(system: Client, case: Case):
    shown = [system.get(page(CaseEvent, "change", row.pk)) for row in CaseEvent.objects.all()]
    shown += [system.get(page(Case, "change", case.pk)), system.get(page(CaseEvent, "changelist"))]
    assert not any(REASON in page.content.decode() or "800000" in page.content.decode() for page in shown)


@pytest.mark.parametrize("model", [CaseEvent, Task])
def test_rows_of_a_case_are_found_by_its_number_or_a_person(system: Client, office: Office, case: Case, model):
    other = cases.start_case(office.clerk, SUBJECT, ProjectFactory(unit=office.unit))

    def found(query: str) -> set[int]:
        rows = system.get(page(model, "changelist"), {"q": query}).context["cl"].queryset
        return set(rows.values_list("case_id", flat=True))

    username = office.task(office.head, other).user.username
    assert found(str(other.pk)) == {other.pk}
    assert found("9" * 30) == set()
    assert found(username) >= {case.pk}


def test_no_list_needs_a_query_per_row(system: Client, office: Office, case: Case):
    def counts() -> list[int]:
        found = []
        for model in READ:
            with CaptureQueriesContext(connection) as queries:
                system.get(page(model, "changelist"))
            found.append(len(queries))
        return found

    counts()  # what is read once for the process
    few = counts()
    for _number in range(4):
        cases.start_case(office.clerk, SUBJECT, ProjectFactory(unit=office.unit))
    assert counts() == few
