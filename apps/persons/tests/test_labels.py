"""Labels: what is labelled above a role is shown in clear to none of its holders, whatever right they hold (B7)."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.services import set_clearances
from apps.accounts.tests.factories import PASSWORD, client_of, make_actor
from apps.audit.models import Record
from apps.disbursement.models import InMessage
from apps.disbursement.policies import may_read_accounts
from apps.disbursement.services import enter_payee
from apps.disbursement.tests.factories import make_treasury
from apps.persons import services
from apps.persons.labels import label_of, readable
from apps.persons.selectors import holding_of
from apps.persons.tests.test_showing import ACCOUNT, REASON, browser_of
from apps.review.models import Expert
from imbudget.kit.classification import Level
from imbudget.kit.errors import NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B7")]


@pytest.fixture
def treasury(world):
    return make_treasury(world)


@pytest.fixture
def payee(treasury):
    return enter_payee(treasury.clerk, {"kind": "person", "name": "阿拉坦", "account": ACCOUNT, "is_staff": True})


@pytest.fixture
def security(world):
    return make_actor("security_admin", world.tree.root)


def test_what_is_labelled_above_the_role_is_not_shown(treasury, payee, security):
    holding = holding_of("disbursement.payee")
    assert services.show(treasury.clerk, holding, payee, **REASON)
    set_clearances(security, levels={treasury.clerk.role: "personal"})
    with pytest.raises(NotAllowed):
        services.show(treasury.clerk, holding, payee, **REASON)
    with pytest.raises(NotAllowed):  # whoever shows it in another way passes here too
        services.note_shown(treasury.clerk, payee, cause="audit", reason="核对", fields=["account"])
    address = reverse("persons:show", args=["disbursement.payee", payee.pk])
    answer = browser_of(treasury.clerk).post(address, REASON)
    assert answer.status_code == 403
    assert ACCOUNT not in answer.content.decode()
    assert Record.objects.filter(kind="persons.unmasked").count() == 1


def test_a_file_with_whole_numbers_asks_for_the_label_too(treasury, payee, security):
    set_clearances(security, levels={treasury.clerk.role: "personal"})
    browser, why = browser_of(treasury.clerk), {"cause": "audit", "reason": "年度专项检查"}
    address = reverse("disbursement:payees") + "?export=xlsx"
    refused = browser.post(address, why | {"clear": "on", "password": PASSWORD})
    assert refused.status_code == 422
    assert refused.context["form"].non_field_errors()
    assert browser.post(address, why).status_code == 200
    assert not Record.objects.filter(kind="persons.exported", facts__clear=True).exists()


def test_a_lower_label_reads_what_is_labelled_no_higher(world, security):
    assert (label_of(Expert, "phone"), label_of(Expert, "id_number")) == (Level.PERSONAL, Level.SENSITIVE)
    assert label_of(Expert, "nothing") == Level.SENSITIVE
    officer = make_actor("banner_officer", world.tree.banner)
    assert readable(officer, Expert(), ["phone", "id_number"]) == ["phone", "id_number"]
    set_clearances(security, levels={"banner_officer": "personal"})
    assert readable(officer, Expert(), ["phone", "id_number"]) == ["phone"]
    set_clearances(security, levels={"banner_officer": "important"})
    assert readable(officer, Expert(), ["phone", "id_number"]) == []


def test_messages_of_the_treasury_go_by_the_label_too(world, treasury, security):
    desk = make_actor("treasury_officer", world.tree.banner)
    message = InMessage(region=world.tree.banner)
    assert may_read_accounts(desk, message)
    set_clearances(security, levels={"treasury_officer": "personal"})
    assert not may_read_accounts(desk, message)


def test_who_signs_in_or_uploads_reads_that_nothing_classified_belongs_here(world):
    said = "严禁在本系统"
    assert said in Client().get(reverse("accounts:login")).content.decode()
    office = client_of("banner_officer", world.tree.banner)
    assert said in office.get(reverse("review:expert_import")).content.decode()
