"""The security administrator's rules: which signatures ask again, what roles are cleared for, and who may not change them."""

import time

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts import services
from apps.accounts.models import Clearance, SignatureRule, User
from apps.accounts.selectors import clearances, forged_rows, is_asked_before, is_cleared, rules_of_signatures
from apps.accounts.tests.factories import client_of, make_actor, sign_in
from apps.evidence.models import Entry
from imbudget.kit.classification import Level
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.signatures import proof_before

pytestmark = pytest.mark.django_db
PAYMENT, APPROVAL, DRAW, SHEET = "disbursement.request", "ledger.document", "review.draw", "budget.sheet"


@pytest.fixture
def security(world):
    return make_actor("security_admin", world.tree.root)


@pytest.mark.covers("A6")
def test_payments_always_ask_and_review_results_draws_and_approvals_at_first(security):
    rules = rules_of_signatures()
    assert {PAYMENT, "disbursement.give_up", APPROVAL, DRAW, "review.allow_draw", "review.conclusion"} <= {
        key for key, asks in rules.items() if asks
    }
    assert not rules[SHEET]
    assert set(services.set_signatures(security, asked=[SHEET])) >= {SHEET, APPROVAL, DRAW}
    assert [is_asked_before([key]) for key in (PAYMENT, APPROVAL, SHEET)] == [True, False, True]
    assert is_asked_before([APPROVAL, SHEET])
    assert is_asked_before(["nobody.knows"])
    assert not is_asked_before([])
    kept = Entry.objects.get(event="accounts.signatures_set").facts
    assert (kept["before"][SHEET], kept["after"][SHEET], PAYMENT in kept["after"]) == (False, True, False)
    assert services.set_signatures(security, asked=[SHEET]) == []
    with pytest.raises(RuleViolation):
        services.set_signatures(security, asked=["nobody.knows"])


@pytest.mark.covers("B5")
def test_only_the_security_administrator_changes_the_rules(world, security):
    for role in ("system_admin", "audit_admin"):
        other = make_actor(role, world.tree.root)
        with pytest.raises(NotAllowed):
            services.set_signatures(other, asked=[])
        with pytest.raises(NotAllowed):
            services.set_clearances(other, levels={"treasury_clerk": "personal"})
    for name in ("signatures", "clearances"):
        assert client_of("system_admin", world.tree.root).get(reverse(f"accounts:{name}")).status_code == 403
        assert client_of("treasury_clerk", world.tree.banner).post(reverse(f"accounts:{name}"), {}).status_code == 403
    with pytest.raises(RuleViolation):
        services.set_clearances(security, levels={"security_admin": "important"})


def test_the_rules_are_set_on_their_pages(world):
    browser = client_of("security_admin", world.tree.root)
    page = browser.get(reverse("accounts:signatures"))
    assert APPROVAL in page.content.decode()
    assert f'value="{PAYMENT}"' not in page.content.decode()
    assert browser.post(reverse("accounts:signatures"), {"asked": [SHEET]}).status_code == 302
    assert not is_asked_before([DRAW])
    assert browser.post(reverse("accounts:signatures"), {"asked": [PAYMENT]}).status_code == 422
    levels = {role: str(level) for role, level in clearances().items()}
    address = reverse("accounts:clearances")
    assert browser.get(address).status_code == 200
    assert browser.post(address, levels | {"treasury_clerk": "personal"}).status_code == 302
    assert clearances()["treasury_clerk"] == Level.PERSONAL
    assert browser.post(address, levels | {"treasury_clerk": "secret"}).status_code == 422


@pytest.mark.covers("访问控制信息完整性", "安全标记完整性")
def test_a_rule_that_was_written_past_the_product_counts_for_nothing(security):
    services.set_signatures(security, asked=[SHEET])
    services.set_clearances(security, levels={"treasury_clerk": "personal"})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_signaturerule SET asks_again = false")
        cursor.execute("UPDATE accounts_clearance SET level = 'sensitive'")
    assert is_asked_before([SHEET])
    assert clearances()["treasury_clerk"] == Level.ORDINARY
    assert not is_cleared("treasury_clerk", [Level.PERSONAL])
    assert sum("accounts_signaturerule" in line or "accounts_clearance" in line for line in forged_rows()) >= 2
    services.set_signatures(security, asked=[DRAW])
    services.set_clearances(security, levels={"treasury_clerk": "sensitive"})
    assert not is_asked_before([SHEET])
    assert is_cleared("treasury_clerk", [Level.SENSITIVE])
    assert SignatureRule.objects.get(act=SHEET).is_genuine
    assert Clearance.objects.get(role="treasury_clerk").is_genuine


@pytest.mark.covers("A6")
def test_a_session_with_an_old_proof_is_asked_and_a_fresh_one_is_not(world):
    user = User.objects.get(pk=make_actor("banner_officer", world.tree.banner).user_id)
    browser = sign_in(Client(), user)

    def asked(*acts: str) -> bool:
        request = RequestFactory().post("/")
        request.user, request.session, request.certificate = user, browser.session, ""
        return proof_before(request, *acts) is not None

    assert not asked(PAYMENT)
    session = browser.session
    session["proved"] = time.time() - 3600
    session.save()
    assert asked(PAYMENT)
    assert asked(DRAW)
    assert not asked(SHEET)
    assert not asked("")
