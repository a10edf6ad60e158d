"""Registers and rosters in the administration: read by the audit administrator, in part, and changed by nobody."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.disbursement.models import Payee
from apps.subsidy.models import Household, Place, Roster, RosterObjection, Standard, Subsidy
from apps.subsidy.services.objections import record_objection
from apps.subsidy.tests.factories import card, household, person
from apps.subsidy.tests.rosters import make_office

pytestmark = pytest.mark.django_db


def to(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def test_numbers_of_persons_are_masked_and_nothing_is_changed_or_deleted(world, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    office = make_office(world)
    record_objection(office.clerk, office.published(), None, "面积不符", "巴图", "13800000000")
    audit, system = client_of("audit_admin", world.tree.root), client_of("system_admin", world.tree.root)
    secrets = (person(1, office.region.code), card(1), "其木格", "巴图", "13800000000")
    shut = {"payee", "contract", "useplan", "household", "roster", "rosterpayment", "rosterobjection"}
    for model in admin.site._registry:
        if model._meta.app_label != "subsidy" and model is not Payee:
            continue
        row = model._default_manager.order_by("pk").first()
        pages = [to(model, "changelist"), *([to(model, "change", row.pk)] if row else [])]
        for page in pages:
            text = audit.get(page).content.decode()
            assert not [secret for secret in secrets if secret in text], page
            assert system.get(page).status_code == (403 if model._meta.model_name in shut else 200), page
        assert {client.get(to(model, "add")).status_code for client in (audit, system)} == {403}
        if row:
            assert {one.post(to(model, name, row.pk), {"post": "yes"}).status_code
                    for one in (audit, system) for name in ("change", "delete")} == {403}  # fmt: skip
    assert {Subsidy, Standard, Place, Household, Roster, RosterObjection} <= set(admin.site._registry)


def test_the_list_of_households_asks_no_more_for_more_rows(world, tmp_path, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    office, audit = make_office(world), client_of("audit_admin", world.tree.root)
    counts = []
    for more in (30, 60):
        audit.get(to(Household, "changelist"))
        with CaptureQueriesContext(connection) as queries:
            assert audit.get(to(Household, "changelist")).status_code == 200
        counts.append(len(queries))
        office.register.bring(tmp_path, "households", [household(office.region, more + extra) for extra in range(9)])
    assert counts[0] == counts[1]
