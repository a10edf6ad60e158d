"""A key is destroyed by two persons and only when nothing lies under it; then nothing brings it back."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory, client_of, make_actor
from apps.evidence.models import Entry
from apps.regions.tests.factories import Tree, make_tree
from apps.vault.models import DataKey, KeyDestruction
from apps.vault.services import rotating
from apps.vault.services.keys import (
    confirm_destruction,
    make_key,
    mark_empty,
    propose_destruction,
    put_in_use,
    refuse_destruction,
)
from apps.vault.store import store
from imbudget.kit import crypto
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("envelopes")]
OPERATOR = system_actor("test")
REASON = "被替换的密钥"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def old() -> DataKey:
    """A key that was replaced and emptied."""
    key = put_in_use(OPERATOR, key=make_key(OPERATOR))
    UserFactory(phone="13804710001")
    put_in_use(OPERATOR, key=make_key(OPERATOR))
    rotating.rotate_everything(OPERATOR, lambda text: None)
    key.refresh_from_db()
    assert key.empty_since is not None
    return key


def answers(client: Client, destruction: KeyDestruction, decision: str) -> Any:
    return client.post(reverse("admin:vault_keydestruction_change", args=[destruction.pk]), {"decision": decision})


@pytest.mark.covers("密码产品", "B4")
def test_two_administrators_destroy_a_key_in_the_administration(tree: Tree, old: DataKey) -> None:
    security, audit = client_of("security_admin", tree.root), client_of("audit_admin", tree.root)
    lost = crypto.envelope_head("sm4", old.number)
    sent = security.post(reverse("admin:vault_keydestruction_add"), {"key": old.pk, "reason": REASON})
    assert sent.status_code == 302
    proposed = KeyDestruction.objects.get()
    assert answers(security, proposed, "confirm").status_code == 403
    assert audit.get(reverse("admin:vault_keydestruction_change", args=[proposed.pk])).status_code == 200
    assert answers(audit, proposed, "confirm").status_code == 302
    old.refresh_from_db()
    assert (old.state, bytes(old.wrapped)) == (DataKey.State.DESTROYED, b"")
    store.forget()  # as the act does once it is committed
    with pytest.raises(crypto.DecryptionError, match="no data key 1"):
        crypto.decrypt(lost + bytes(40), "t.c")
    assert "13804710001" in User.objects.values_list("phone", flat=True)
    events = set(Entry.objects.values_list("event", flat=True))
    assert {"vault.destruction_proposed", "vault.key_destroyed", "vault.key_emptied"} <= events
    assert answers(audit, proposed, "refuse").status_code == 403


def test_a_refused_proposal_leaves_the_key(tree: Tree, old: DataKey) -> None:
    proposed = propose_destruction(make_actor("security_admin", tree.root), key=old, reason=REASON)
    audit = make_actor("audit_admin", tree.root)
    refuse_destruction(audit, destruction=proposed)
    old.refresh_from_db()
    assert old.state == DataKey.State.RETIRED
    with pytest.raises(RuleViolation):
        confirm_destruction(audit, destruction=proposed)


@pytest.mark.parametrize("role", ["system_admin", "audit_admin"])
def test_others_do_not_propose(tree: Tree, old: DataKey, role: str) -> None:
    with pytest.raises(NotAllowed):
        propose_destruction(make_actor(role, tree.root), key=old, reason=REASON)
    assert client_of(role, tree.root).get(reverse("admin:vault_keydestruction_add")).status_code == 403


@pytest.mark.parametrize("role", ["system_admin", "security_admin"])
def test_others_do_not_decide(tree: Tree, old: DataKey, role: str) -> None:
    proposed = propose_destruction(make_actor("security_admin", tree.root), key=old, reason=REASON)
    for decide in (confirm_destruction, refuse_destruction):
        with pytest.raises(NotAllowed):
            decide(make_actor(role, tree.root), destruction=proposed)


def test_one_person_is_not_two_whatever_is_written(tree: Tree, old: DataKey) -> None:
    security = make_actor("security_admin", tree.root)
    proposed = propose_destruction(security, key=old, reason=REASON)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyDestruction.objects.filter(pk=proposed.pk).update(state="confirmed", decider_id=security.user_id)


def test_a_key_in_use_or_with_values_is_not_destroyed(tree: Tree, old: DataKey) -> None:
    security, audit = make_actor("security_admin", tree.root), make_actor("audit_admin", tree.root)
    in_use = DataKey.objects.get(state=DataKey.State.IN_USE)
    with pytest.raises(NotAllowed):
        propose_destruction(security, key=in_use, reason=REASON)
    with pytest.raises(RuleViolation):
        propose_destruction(security, key=old, reason="  ")
    proposed = propose_destruction(security, key=old, reason=REASON)
    with pytest.raises(RuleViolation):
        propose_destruction(security, key=old, reason=REASON)
    user = User.objects.exclude(username="").first()
    back = crypto.envelope_head("sm4", old.number) + bytes(40)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = %s WHERE id = %s", [back, user.pk])
    with pytest.raises(RuleViolation):
        confirm_destruction(audit, destruction=proposed)
    assert mark_empty(OPERATOR) == []


def test_no_page_shows_a_secret(tree: Tree, old: DataKey) -> None:
    wrapped = bytes(old.wrapped)
    for role in ("system_admin", "security_admin", "audit_admin"):
        client = client_of(role, tree.root)
        for address in (
            reverse("admin:vault_datakey_changelist"),
            reverse("admin:vault_datakey_change", args=[old.pk]),
        ):
            shown = client.get(address)
            assert shown.status_code == 200
            assert wrapped.hex() not in shown.content.decode()
            assert repr(wrapped)[2:20] not in shown.content.decode()
        assert client.post(reverse("admin:vault_datakey_change", args=[old.pk]), {"state": "made"}).status_code == 403
