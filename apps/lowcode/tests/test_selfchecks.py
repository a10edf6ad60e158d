"""The self checks of forms and flows: well on sound data, and each sees what it is there to see."""

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from apps.lowcode import selfchecks
from apps.lowcode.models import Case, CaseState, FlowVersion, FormVersion, Task, TaskState
from apps.lowcode.selectors.flows import flow_of
from apps.lowcode.services import cases
from apps.lowcode.services.forms import Place, create_form, publish_form, save_form
from apps.lowcode.tests import forms
from apps.lowcode.tests.approving import SUBJECT, SYSTEM, Office, make_office
from apps.lowcode.words import Words
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit import registry
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(monkeypatch) -> Office:
    return make_office(monkeypatch)


@pytest.fixture
def case(office: Office) -> Case:
    """A case in which the head has approved and the reviewer is to act."""
    made = office.start()
    office.approve(office.head)
    return made


def test_sound_cases_pass(office: Office, case: Case):
    returned = cases.start_case(office.clerk, SUBJECT, ProjectFactory(unit=office.unit))
    cases.withdraw(office.clerk, returned)
    assert "newest 1 open cases" in selfchecks.cases()
    assert selfchecks.versions()
    assert set(selfchecks.CHECKS) <= {name for name, _check in registry.self_checks.items()}


def test_an_ended_case_is_no_open_one(office: Office, case: Case):
    office.approve(office.reviewer, office.officer)
    assert "newest 0 open cases" in selfchecks.cases()


CHANGES = (
    (Task, {"state": TaskState.DONE}),
    (Task, {"key": "1.head.9"}),
    (Case, {"step": "office"}),
    (Case, {"circulation": 2}),
    (Case, {"last_seq": 99}),
    (Case, {"state": CaseState.STUCK}),
)


@pytest.mark.parametrize(("model", "values"), CHANGES)
def test_rows_beside_their_history_are_seen(case: Case, model: type[Model], values: dict):
    rows = model._default_manager.filter(state=TaskState.OPEN) if model is Task else Case.objects.all()
    rows.update(**values)
    with pytest.raises(CheckFailed, match=f"1 open cases .* the newest {case.pk}"):
        selfchecks.cases()


def test_a_task_taken_to_another_person_or_lost_is_seen(office: Office, case: Case):
    Task.objects.filter(state=TaskState.OPEN).update(user_id=office.officer.user_id)
    with pytest.raises(CheckFailed, match="1 open cases"):
        selfchecks.cases()
    Task.objects.filter(state=TaskState.OPEN).delete()
    with pytest.raises(CheckFailed, match="1 open cases"):
        selfchecks.cases()


def test_an_open_task_of_an_ended_case_is_seen(office: Office, case: Case):
    office.approve(office.reviewer, office.officer)
    Task.objects.filter(case=case, user_id=office.officer.user_id).update(state=TaskState.OPEN)
    with pytest.raises(CheckFailed, match="1 tasks are open"):
        selfchecks.cases()


def test_many_cases_need_no_more_statements(office: Office, case: Case):
    flow_of(case.version)  # read once for the process
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            selfchecks.cases()
        counts.append(len(queries))
        for _number in range(3):
            cases.start_case(office.clerk, SUBJECT, ProjectFactory(unit=office.unit))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", [FlowVersion, FormVersion])
def test_a_changed_version_is_seen(office: Office, model: type[Model]):
    form = create_form(SYSTEM, place=Place(office.tree.root), purpose="project", code="extra", name=Words("附加信息"))
    save_form(SYSTEM, form, body=forms.definition(forms.field("area")))
    publish_form(SYSTEM, form)
    assert "2 versions" in selfchecks.versions()
    table = model._meta.db_table
    with connection.cursor() as cursor:  # as somebody with the database in their hands could
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET body = body || '{{\"format\": 9}}'")  # noqa: S608 - our own table
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with pytest.raises(CheckFailed, match=f"1 versions were changed .* {model._meta.label}"):
        selfchecks.versions()
