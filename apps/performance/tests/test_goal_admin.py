"""Sets, indicators and rules of checks in the administration: who keeps them, by form and by file, and with which traces."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.evidence.models import Entry
from apps.performance.models import GoalRule, IndicatorSet, LibraryIndicator
from apps.performance.tests.rows_goals import make_indicator, make_set
from apps.regions.tests.factories import make_tree

pytestmark = pytest.mark.django_db
HEAD = "set,code,kind,content_zh,nature,value,measure\n"


@pytest.fixture
def tree() -> Any:
    return make_tree()


@pytest.fixture
def system(tree: Any) -> Client:
    return client_of("system_admin", tree.root)


def to(model: Any, name: str, *args: object) -> str:
    return reverse(f"admin:performance_{model._meta.model_name}_{name}", args=args)


def upload(client: Client, model: Any, text: str) -> Any:
    """Upload a CSV and confirm it."""
    file = SimpleUploadedFile("table.csv", text.encode())
    shown = client.post(to(model, "import"), {"import_file": file, "format": "1"})
    if "confirm_form" in shown.context:
        form = shown.context["confirm_form"]
        sent = {name: form[name].value() for name in form.fields}
        return client.post(to(model, "process_import"), {k: v for k, v in sent.items() if v is not None})
    return shown


def test_a_file_of_indicators_comes_in_whole_or_not_at_all(system):
    make_set()
    good = "grassland,X1,quantity,面积,at_least,10,亩\n"
    upload(system, LibraryIndicator, HEAD + good + "grassland,X2,nothing,面积,at_least,10,亩\n")
    assert not LibraryIndicator.objects.exists()
    upload(system, LibraryIndicator, HEAD + good)
    row = LibraryIndicator.objects.get()
    assert (row.code, row.region, row.search_key.startswith("面积")) == ("X1", None, True)
    assert Entry.objects.filter(event="performance.library_loaded").get().facts["created"] == 1


def test_a_rule_and_a_set_are_kept_by_form_with_their_traces(system):
    form = {"code": "goals.percent", "level": "error", "message_zh_hans": "", "message_mvf": "", "basis_zh_hans": ""}
    form |= {"basis_mvf": "", "parameters": '{"most": 2}', "valid_from": "2000", "valid_to": "9999", "source": ""}
    assert system.post(to(GoalRule, "add"), {**form, "parameters": '{"least": 2}'}).status_code == 200
    assert system.post(to(GoalRule, "add"), form).status_code == 302
    assert GoalRule.objects.get().parameters == {"most": 2}
    assert Entry.objects.filter(event="performance.goal_rule_saved").count() == 1
    words = {"code": "x", "name_zh_hans": "某", "name_mvf": "", "is_active": "on", "source": ""}
    assert system.post(to(IndicatorSet, "add"), words).status_code == 302
    assert Entry.objects.filter(event="performance.library_saved").count() == 1


def test_others_read_and_what_units_own_is_not_there(tree, system):
    row = make_indicator()
    reader = client_of("audit_admin", tree.root)
    assert reader.get(to(LibraryIndicator, "change", row.pk)).status_code == 200
    assert reader.post(to(LibraryIndicator, "change", row.pk), {}).status_code == 403
    stranger = client_of("banner_officer", tree.banner)
    assert stranger.get(to(LibraryIndicator, "changelist"), follow=True).status_code == 403
    exported = system.post(to(LibraryIndicator, "export"), {"format": "1"})
    assert "G001" in exported.content.decode()
