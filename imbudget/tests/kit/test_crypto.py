"""SM3, SM4-GCM and the model fields that use them."""

import copy
import hmac
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from imbudget.kit import crypto
from imbudget.kit.csvsafe import safe_text
from imbudget.kit.fields import (
    BlindIndexField,
    EncryptedTextField,
    mask_account,
    mask_id,
    mask_phone,
    rotate,
)

OLD, NEW = bytes([1] * 32), bytes([2] * 32)
PHONE = "13800001234"


@pytest.fixture(autouse=True)
def one_key(settings: Any) -> None:
    settings.FIELD_KEYS = {"k1": OLD}
    settings.INDEX_KEY = bytes([3] * 32)


@pytest.fixture
def person(db: None) -> Iterator[Any]:
    """A throwaway model with a table of its own."""
    with isolate_apps("imbudget.kit"):

        class Person(models.Model):
            name = models.CharField(max_length=20)
            phone = EncryptedTextField(blank=True)
            account = EncryptedTextField(null=True)
            phone_index = BlindIndexField(source="phone")

            class Meta:
                app_label = "kit"
                db_table = "test_person"

            def __str__(self) -> str:
                return self.name

        with connection.schema_editor() as editor:
            editor.create_model(Person)
        yield Person


def stored(column: str) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM test_person ORDER BY id")  # noqa: S608 - our own column names
        return [bytes(value) for (value,) in cursor.fetchall()]


# --- digests and ciphers ----------------------------------------------------------------------------------


def test_sm3_gives_the_digests_of_the_standard():
    assert crypto.sm3_hex(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert crypto.sm3_hex(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sm3_is_the_same_without_the_digest_in_hashlib(monkeypatch):
    expected = crypto.sm3(b"abc")

    def absent(_name: str, _data: bytes) -> None:
        raise ValueError("unsupported hash type sm3")

    monkeypatch.setattr(crypto.hashlib, "new", absent)
    assert crypto.sm3(b"abc") == expected


def test_mac_equals_the_library_for_short_and_long_keys():
    for key in (b"k", b"k" * 64, b"k" * 65):
        assert crypto.mac(key, b"data") == hmac.new(key, b"data", "sm3").digest()


def test_the_cipher_gives_the_vector_of_rfc_8998():
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    encryptor.update(plain)
    encryptor.finalize()
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@pytest.mark.parametrize("text", ["12345678", PHONE, "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ 内蒙古"])
def test_a_value_comes_back_and_never_looks_the_same_twice(text):
    one, other = crypto.encrypt(text, "t.c"), crypto.encrypt(text, "t.c")
    assert crypto.decrypt(one, "t.c") == crypto.decrypt(other, "t.c") == text
    assert one != other
    assert text.encode() not in one
    assert crypto.key_of(one) == "k1"


@pytest.mark.covers("E1", "存储完整性")
def test_every_changed_byte_is_noticed():
    value = crypto.encrypt(PHONE, "t.c")
    for place in range(len(value)):
        changed = bytearray(value)
        changed[place] ^= 1
        with pytest.raises(crypto.DecryptionError):
            crypto.decrypt(bytes(changed), "t.c")


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 20, 31])
def test_a_cut_value_is_refused_with_a_clear_error(cut):
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(crypto.encrypt("1", "t.c")[:cut], "t.c")


@pytest.mark.covers("E1")
def test_a_value_moved_to_another_column_is_refused():
    with pytest.raises(crypto.DecryptionError, match="belongs elsewhere"):
        crypto.decrypt(crypto.encrypt(PHONE, "t.phone"), "t.account")


def test_a_value_whose_key_left_the_ring_names_the_key(settings):
    value = crypto.encrypt(PHONE, "t.c")
    settings.FIELD_KEYS = {"k2": NEW}
    with pytest.raises(crypto.DecryptionError, match="k1"):
        crypto.decrypt(value, "t.c")


def test_blind_indexes_differ_by_value_column_and_key(settings):
    index = crypto.blind_index(PHONE, "t.c")
    assert len(index) == 16
    assert index == crypto.blind_index(PHONE, "t.c")
    others = {crypto.blind_index("13800001235", "t.c"), crypto.blind_index(PHONE, "t.d")}
    settings.INDEX_KEY = bytes([4] * 32)
    others.add(crypto.blind_index(PHONE, "t.c"))
    assert len(others | {index}) == 4


# --- model fields -----------------------------------------------------------------------------------------


@pytest.mark.covers("E2", "存储机密性")
def test_the_database_holds_no_clear_text_and_the_model_does(person):
    made = person.objects.create(name="a", phone=PHONE, account="6222")
    assert PHONE.encode() not in stored("phone")[0]
    again = person.objects.get(pk=made.pk)
    assert (again.phone, again.account) == (PHONE, "6222")


def test_an_empty_text_is_no_bytes_and_none_stays_null(person):
    made = person.objects.create(name="a", phone="", account=None)
    assert stored("phone") == [b""]
    again = person.objects.get(pk=made.pk)
    assert (again.phone, again.account) == ("", None)
    assert person.objects.filter(account__isnull=True).count() == 1


@pytest.mark.parametrize("lookup", ["phone", "phone__in", "phone__contains", "phone__startswith"])
def test_an_encrypted_field_cannot_be_searched(person, lookup):
    with pytest.raises(FieldError):
        person.objects.filter(**{lookup: PHONE})


def test_the_blind_index_finds_a_value_however_it_is_written(person):
    made = person.objects.create(name="a", phone=PHONE)
    person.objects.create(name="b", phone="13900000000")
    assert person.objects.get(phone_index="138 0000-1234") == made
    assert person.objects.get(phone_index__in=[PHONE]) == made
    made.phone = "13700000000"
    made.save()
    assert not person.objects.filter(phone_index=PHONE).exists()


def test_bulk_writes_encrypt_too(person):
    rows = person.objects.bulk_create([person(name=str(n), phone=f"1380000{n:04}") for n in range(3)])
    person.objects.filter(pk=rows[0].pk).update(phone="1")
    rows[1].phone = "2"
    person.objects.bulk_update(rows[1:2], ["phone"])
    assert list(person.objects.order_by("pk").values_list("phone", flat=True)) == ["1", "2", "13800000002"]


@pytest.mark.covers("E1", "存储完整性")
def test_a_value_changed_in_the_database_is_an_error_not_rubbish(person):
    person.objects.create(name="a", phone=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_person SET phone = set_byte(phone, 20, get_byte(phone, 20) # 1)")
    with pytest.raises(crypto.DecryptionError):
        list(person.objects.all())


@pytest.mark.covers("密码产品")
def test_rotation_moves_every_value_to_the_current_key(person, settings):
    person.objects.bulk_create([person(name=str(n), phone=f"1380000{n:04}" if n else "") for n in range(5)])
    settings.FIELD_KEYS = {"k2": NEW, "k1": OLD}
    assert rotate(person.objects.all(), "phone") == 4
    assert rotate(person.objects.all(), "phone") == 0
    settings.FIELD_KEYS = {"k2": NEW}
    phones = list(person.objects.order_by("pk").values_list("phone", flat=True))
    assert phones == ["", *(f"1380000{n:04}" for n in range(1, 5))]


@isolate_apps("imbudget.kit")
def test_a_copied_field_stays_bound_to_the_first_table():
    field = EncryptedTextField()

    class First(models.Model):
        phone = field

        class Meta:
            app_label = "kit"
            db_table = "first"

    class Copied(models.Model):
        phone = copy.copy(field)

        class Meta:
            app_label = "kit"
            db_table = "historical"

    class Renamed(models.Model):
        phone = EncryptedTextField(bound_to="first.phone")

        class Meta:
            app_label = "kit"

    names = [model._meta.get_field("phone").column_name for model in (First, Copied, Renamed)]
    assert names == ["first.phone"] * 3


def test_the_fields_can_be_written_into_a_migration():
    for field in (EncryptedTextField(blank=True), EncryptedTextField(bound_to="a.b"), BlindIndexField(source="phone")):
        _name, path, args, kwargs = field.deconstruct()
        again = field.__class__(*args, **kwargs)
        assert path.startswith("imbudget.kit.fields.")
        assert again.deconstruct()[1:] == field.deconstruct()[1:]
    assert "bound_to" not in EncryptedTextField().deconstruct()[3]


# --- what people see --------------------------------------------------------------------------------------


@pytest.mark.covers("H2")
@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_phone, PHONE, "138****1234"),
        (mask_phone, "12345", "***45"),
        (mask_phone, "", ""),
        (mask_id, "150102199001011234", "150***********1234"),
        (mask_id, "1234567", "*******"),
        (mask_account, "6222021234567890", "************7890"),
        (mask_account, "12", "12"),
    ],
)
def test_masks_leave_only_what_helps_to_recognise(mask, text, shown):
    assert mask(text) == shown


@pytest.mark.covers("D1")
@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_spreadsheet_never_takes_a_text_for_a_formula(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "预算", "2130201", "—"])
def test_harmless_texts_stay_as_they_are(text):
    assert safe_text(text) == text
