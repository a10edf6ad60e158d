"""The chart of accounts in the administration: who changes it, its table out and in again, evidence of a row."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.evidence.models import Entry as Evidence
from apps.ledger.models import Account, AuthorityDocument, Books, Posting, PostingRule
from apps.ledger.tests.factories import load_chart
from apps.ledger.tests.rows import used_authority

pytestmark = pytest.mark.django_db


def page(model, name, *args):
    return reverse(f"admin:ledger_{model._meta.model_name}_{name}", args=args)


@pytest.fixture
def system(world):
    load_chart()
    return client_of("system_admin", world.tree.root)


def form_of(account, **changes):
    values = {
        "code": account.code,
        "name_zh_hans": account.name_zh_hans,
        "name_mvf": account.name_mvf or "",
        "side": account.side,
        "source": account.source,
    }
    return values | changes


def test_the_system_administrator_enters_the_official_code(system):
    account = Account.objects.get(role="spent")
    address = page(Account, "change", account.pk)
    response = system.post(address, form_of(account, code="320199", is_verified="on", role="revenue"))
    assert response.status_code == 302
    account.refresh_from_db()
    assert (account.code, account.is_verified, account.role) == ("320199", True, "spent")
    assert "320199" in str(Evidence.objects.filter(event="ledger.chart_saved").get().facts)


def test_a_code_that_is_none_is_refused_in_the_form(system):
    account = Account.objects.get(role="spent")
    response = system.post(page(Account, "change", account.pk), form_of(account, code="x"))
    assert response.status_code == 200
    assert Account.objects.get(pk=account.pk).code == account.code


@pytest.mark.parametrize(("role", "seen"), [("security_admin", 403), ("audit_admin", 200)])
def test_of_the_other_administrators_the_audit_administrator_reads_the_chart(world, role, seen):
    load_chart()
    browser = client_of(role, world.tree.root)
    account = Account.objects.get(role="spent")
    assert browser.get(page(Account, "changelist")).status_code == seen
    assert browser.post(page(Account, "change", account.pk), form_of(account, code="999")).status_code == 403
    assert browser.get(page(PostingRule, "import")).status_code == 403


@pytest.mark.parametrize("model", [Account, PostingRule])
def test_a_table_comes_back_as_it_went_out(system, model):
    sent = system.post(page(model, "export"), {"format": 1, "resource": 0})
    before = list(model.objects.order_by("pk").values())
    file = SimpleUploadedFile("table.csv", sent.content)
    shown = system.post(page(model, "import"), {"import_file": file, "format": 1, "resource": 0})
    system.post(page(model, "process_import"), shown.context["confirm_form"].initial, follow=True)
    record = Evidence.objects.filter(event="ledger.chart_loaded").latest("pk")
    assert (record.facts["created"], record.facts["changed"], record.facts["same"]) == (0, 0, len(before))
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", [Books, AuthorityDocument, Posting])
def test_the_ledger_itself_is_read_by_the_audit_administrator_only(world, model):
    used_authority(world)
    row = model.objects.first()
    audit = client_of("audit_admin", world.tree.root)
    assert audit.get(page(model, "changelist")).status_code == 200
    assert audit.get(page(model, "change", row.pk)).status_code == 200
    assert audit.post(page(model, "change", row.pk), {}).status_code == 403
    assert client_of("system_admin", world.tree.root).get(page(model, "changelist")).status_code == 403
