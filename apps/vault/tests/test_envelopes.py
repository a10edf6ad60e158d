"""Fields under data keys of the vault: both ciphers, old values, another column, another module, nothing told."""

import sys
from typing import Any

import pytest
from django.conf import settings as live
from django.db import DatabaseError, connection, transaction
from django.views.debug import ExceptionReporter

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.evidence.models import Entry
from apps.vault.models import DataKey
from apps.vault.services.keys import make_key, put_in_use, rewrap_keys
from apps.vault.store import store
from imbudget.kit import crypto
from imbudget.kit.actor import NOBODY, system_actor
from imbudget.kit.errors import NotAllowed
from imbudget.kit.sealing import Sealer
from imbudget.kit.wrapping import SoftwareProvider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("envelopes")]

OPERATOR = system_actor("test")
PHONE = "13804710001"


def new_key() -> DataKey:
    return put_in_use(OPERATOR, key=make_key(OPERATOR))


def stored_phone(user: User) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [user.pk])
        return bytes(cursor.fetchone()[0])


@pytest.mark.covers("E2", "存储机密性")
@pytest.mark.parametrize(("cipher", "code"), [("sm4", 1), ("aes256", 2)])
def test_values_lie_under_the_data_key_with_their_algorithm_in_the_head(settings: Any, cipher: str, code: int) -> None:
    settings.FIELD_CIPHER = cipher
    key = new_key()
    user = UserFactory(phone=PHONE)
    stored = stored_phone(user)
    assert stored[:6] == bytes([2, code, 0, 0, 0, key.number])
    assert PHONE.encode() not in stored
    settings.FIELD_CIPHER = "sm4"  # what is to come changes nothing about what lies there
    assert User.objects.get(pk=user.pk).phone == PHONE


def test_values_of_an_installation_without_data_keys_stay_readable(settings: Any) -> None:
    before = UserFactory(phone=PHONE)
    assert stored_phone(before)[0] == crypto.DIRECT
    new_key()
    after = UserFactory(phone=PHONE)
    assert stored_phone(after)[0] == crypto.ENVELOPE
    assert [User.objects.get(pk=user.pk).phone for user in (before, after)] == [PHONE, PHONE]


def test_the_next_key_encrypts_and_the_one_before_still_decrypts(settings: Any) -> None:
    first = new_key()
    old = crypto.encrypt(PHONE, "t.c")
    settings.FIELD_CIPHER = "aes256"
    second = new_key()
    first.refresh_from_db()
    assert (first.state, second.state) == (DataKey.State.RETIRED, DataKey.State.IN_USE)
    assert crypto.current_key_id() == "vault:2"
    assert crypto.decrypt(old, "t.c") == PHONE


def test_a_key_is_used_from_its_moment_on_and_not_before(settings: Any) -> None:
    new_key()
    settings.KEY_REFRESH_SECONDS = 60
    new_key()
    settings.KEY_REFRESH_SECONDS = 0
    assert crypto.current_key_id() == "vault:1"


@pytest.mark.parametrize("cipher", ["sm4", "aes256"])
def test_every_changed_byte_and_every_other_column_is_noticed(settings: Any, cipher: str) -> None:
    settings.FIELD_CIPHER = cipher
    new_key()
    settings.KEY_REFRESH_SECONDS = 60
    value = crypto.encrypt(PHONE, "t.c")
    assert crypto.decrypt(value, "t.c") == PHONE
    for place in range(len(value)):
        changed = bytearray(value)
        changed[place] ^= 1
        with pytest.raises(crypto.DecryptionError):
            crypto.decrypt(bytes(changed), "t.c")
    with pytest.raises(crypto.DecryptionError, match="belongs elsewhere"):
        crypto.decrypt(value, "t.d")
    for end in range(len(value)):
        with pytest.raises(crypto.DecryptionError):
            crypto.decrypt(value[:end], "t.c")


@pytest.mark.parametrize("cipher", ["sm4", "aes256"])
def test_a_sealer_in_another_process_writes_the_same(settings: Any, cipher: str) -> None:
    import pickle

    settings.FIELD_CIPHER = cipher
    new_key()
    sealer = pickle.loads(pickle.dumps(Sealer.of("t.c")))  # noqa: S301
    assert crypto.decrypt(sealer.encrypt(PHONE), "t.c") == PHONE
    assert sealer.index(PHONE) == crypto.blind_index(PHONE, "t.c")


class OtherModule:
    """A module of another make: keeps its own keys and another layout of what it wraps."""

    kept: dict[bytes, tuple[bytes, bytes]] = {}

    def generate(self) -> bytes:
        return bytes(range(32))

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        handle = b"handle-%d" % len(self.kept)
        self.kept[handle] = (secret, context)
        return handle

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        secret, bound = self.kept[wrapped]
        if bound != context:
            raise crypto.DecryptionError("wrapped for another row")
        return secret

    def key_id(self, wrapped: bytes) -> str:
        return "module"

    def current_id(self) -> str:
        return "module"


@pytest.mark.covers("密码产品")
def test_a_certified_module_takes_the_place_of_the_software(settings: Any) -> None:
    settings.WRAPPING_KEYS, settings.FIELD_KEYS = {}, {}
    settings.KEY_PROVIDER = f"{__name__}.OtherModule"
    key = new_key()
    assert bytes(key.wrapped).startswith(b"handle-")
    user = UserFactory(phone=PHONE)
    store.forget()
    assert User.objects.get(pk=user.pk).phone == PHONE


def test_wrapping_keys_are_changed_without_touching_a_value(settings: Any) -> None:
    new_key()
    value = crypto.encrypt(PHONE, "t.c")
    settings.WRAPPING_KEYS = {"w2": b"\x52" * 32} | live.WRAPPING_KEYS
    assert rewrap_keys(OPERATOR) == 1
    assert rewrap_keys(OPERATOR) == 0
    settings.WRAPPING_KEYS = {"w2": b"\x52" * 32}
    store.forget()
    assert crypto.decrypt(value, "t.c") == PHONE
    assert Entry.objects.filter(event="vault.key_rewrapped").count() == 1


def test_a_wrapped_key_in_another_row_or_under_a_lost_key_does_not_unwrap(settings: Any) -> None:
    modul = SoftwareProvider()
    wrapped = modul.wrap(b"s" * 32, b"row 1")
    assert modul.unwrap(wrapped, b"row 1") == b"s" * 32
    with pytest.raises(crypto.DecryptionError, match="belongs elsewhere"):
        modul.unwrap(wrapped, b"row 2")
    with pytest.raises(crypto.DecryptionError, match="'w1'"):
        SoftwareProvider({"w9": b"\x59" * 32}).unwrap(wrapped, b"row 1")
    for end in range(len(wrapped)):
        with pytest.raises(crypto.DecryptionError):
            modul.unwrap(wrapped[:end], b"row 1")


def test_no_key_stands_in_the_log_an_error_page_or_any_text(caplog: Any) -> None:
    key = new_key()
    value = crypto.encrypt(PHONE, "t.c")
    secret = store.get(key.number).secret
    said = [repr(store.get(key.number)), repr(store), repr(SoftwareProvider()), repr(Sealer.of("t.c")), repr(key)]
    for wrong in (lambda: crypto.decrypt(value, "t.d"), lambda: SoftwareProvider().unwrap(bytes(key.wrapped), b"")):
        try:
            wrong()
        except crypto.DecryptionError:
            kind, error, trace = sys.exc_info()
            reporter = ExceptionReporter(None, kind, error, trace.tb_next)  # this test knows the secret itself
            said += [reporter.get_traceback_text(), reporter.get_traceback_html()]
    text = "".join(said) + caplog.text
    for each in (secret, crypto.column_key(secret, "t.c"), live.WRAPPING_KEYS["w1"]):
        assert each.hex() not in text
        assert repr(each)[2:-1] not in text


@pytest.mark.covers("密码产品")
def test_each_act_on_a_key_leaves_evidence_and_only_the_operator_acts() -> None:
    new_key()
    assert set(Entry.objects.values_list("event", flat=True)) >= {"vault.key_made", "vault.key_used"}
    with pytest.raises(NotAllowed):
        make_key(NOBODY)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM vault_datakey",
        "TRUNCATE vault_datakey CASCADE",
        "UPDATE vault_datakey SET number = 9",
        "UPDATE vault_datakey SET algorithm = 'aes256'",
        "UPDATE vault_datakey SET state = 'made'",
        "UPDATE vault_datakey SET state = 'destroyed', wrapped = ''",
    ],
)
def test_the_database_keeps_keys_whatever_is_sent_to_it(statement: str) -> None:
    new_key()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
