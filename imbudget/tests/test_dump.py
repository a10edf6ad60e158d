"""A dump of the database tells no identity number, account, telephone or password in clear (domain.md 7.1 E2).

Whatever stands in an encrypted column is looked for, as the model reads it, in every column of every table: histories,
jobs, evidence, audit records, sessions, logs, search keys, messages of the treasury.
"""

import io
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.budget.tests.factories import make_world
from apps.disbursement.models import InMessage, OutMessage, Voucher
from apps.disbursement.services.exchange import settle_new
from apps.disbursement.tests.factories import row
from apps.disbursement.tests.paid import answered, connected
from apps.review.tests.factories import make_expert
from apps.subsidy.services import objections
from apps.subsidy.tests.factories import card, person
from apps.subsidy.tests.rosters import Office
from imbudget.kit.fields import EncryptedTextField

pytestmark = pytest.mark.django_db
PASSWORD, WRONG = "Nmg#Mima2718", "Nmg#Cuowu3141"
HEX = re.compile(rb"\\\\x([0-9a-f]{8,})")
NUMBER = re.compile(r"[0-9]{10,}[0-9Xx]")  # accounts, cards, identity numbers, telephones


def dump() -> Iterator[tuple[str, bytes]]:
    """Each table as COPY writes it, as pg_dump does, and what its bytes are when they are read as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            out = io.BytesIO()
            with cursor.copy(f"COPY (SELECT * FROM {connection.ops.quote_name(table)}) TO STDOUT") as copy:  # noqa: S608
                for piece in copy:
                    out.write(piece)
            text = out.getvalue()
            yield table, text
            for found in HEX.findall(text):
                yield table, bytes.fromhex(found[: len(found) // 2 * 2].decode())


def told() -> dict[str, set[str]]:
    """Every number of an encrypted column, with the columns it stands in."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                for value in model._base_manager.values_list(field.name, flat=True):
                    if value and NUMBER.fullmatch(value):
                        found.setdefault(value, set()).add(f"{model._meta.label}.{field.name}")
    return found


def live() -> None:
    """A day of everybody whose data is personal: signed in and refused, reviewed, paid, listed, heard."""
    world = make_world()
    user = UserFactory(username="zhang", phone="13804719999")
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    for password in (WRONG, PASSWORD):
        client.post(reverse("accounts:login"), {"username": "zhang", "password": password})
    make_expert(world.unit.region, phone="13904718888", id_number="150102197001011234")
    treasury = connected(world)
    answered(treasury, row(), row("50.00", "乌兰", 2))
    settle_new()
    office = Office(world, treasury)
    roster = office.published()
    objections.record_objection(office.clerk, roster, roster.lines.get(number=1), "面积不符 13704717777")


@pytest.mark.covers("E2", "存储机密性")
def test_a_dump_tells_no_number_of_a_person_and_no_password() -> None:
    live()
    secrets = told()
    kinds = set().union(*secrets.values())
    assert {"accounts.User.phone", "review.Expert.id_number", "disbursement.PaymentRow.payee_account"} <= kinds
    assert {"subsidy.Household.id_number", "subsidy.RosterLine.card"} <= kinds
    assert OutMessage.objects.exists()
    assert InMessage.objects.exists()
    assert Voucher.objects.exists()
    looked_for = {text.encode(): min(where) for text, where in secrets.items()}
    looked_for |= {PASSWORD.encode(): "password", WRONG.encode(): "wrong password"}
    assert {person(1).encode(), card(1).encode()} <= looked_for.keys()
    found = {(table, where) for table, text in dump() for secret, where in looked_for.items() if secret in text}
    assert sorted(found) == []


def test_the_search_finds_what_lies_in_clear() -> None:
    """The test above would find a number in text, in JSON and in bytes."""
    secret = b"13804719999"
    UserFactory(username="li", name=f"李{secret.decode()}")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET password = convert_from(%s, 'UTF8')",
            [b"a" + secret],
        )
        cursor.execute("CREATE TABLE test_bytes AS SELECT %s::bytea AS raw", [b"<Acct>" + secret])
    assert {table for table, text in dump() if secret in text} == {
        "accounts_user",
        "accounts_historicaluser",
        "test_bytes",
    }
