"""`manage.py rotate_keys`: killed anywhere it goes on where it was, beside writers, until the old key holds nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.budget.tests.factories import make_world
from apps.evidence.models import Entry
from apps.projects.models import ProjectVersion
from apps.projects.selectors.versions import body_of
from apps.projects.tests.factories import make_project
from apps.vault.models import DataKey, RotationStep
from apps.vault.selectors.lying import anything_under, places
from apps.vault.services import rotating
from apps.vault.services.keys import make_key, mark_empty, put_in_use
from apps.vault.services.rotating import rotate_everything
from apps.vault.store import store
from apps.vault.tests.conftest import WRAPPING
from imbudget.kit import crypto
from imbudget.kit.actor import NOBODY, system_actor
from imbudget.kit.errors import NotAllowed

OPERATOR = system_actor("test")
PLACE = "accounts.User.phone"


def phones(number: int) -> list[str]:
    return [f"1380471{n:04}" for n in range(number)]


def make_users(number: int) -> None:
    for phone in phones(number):
        UserFactory(phone=phone)


def kept() -> list[str]:
    return sorted(phone for phone in User.objects.values_list("phone", flat=True) if phone)


def under(head: bytes) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user WHERE substring(phone FOR %s) = %s", [len(head), head])
        return int(cursor.fetchone()[0])


def run() -> list[str]:
    said: list[str] = []
    assert rotate_everything(OPERATOR, said.append, batch=4)
    return said


def new_key() -> DataKey:
    return put_in_use(OPERATOR, key=make_key(OPERATOR))


@pytest.mark.django_db
@pytest.mark.usefixtures("envelopes")
def test_all_moves_to_the_new_key_after_which_the_old_ones_can_go(settings: Any) -> None:
    make_users(10)
    out = StringIO()
    call_command("rotate_keys", new=True, batch=3, stdout=out)
    assert f"{PLACE}: 10 values" in out.getvalue()
    settings.FIELD_KEYS = {}
    assert kept() == phones(10)
    settings.FIELD_CIPHER = "aes256"
    call_command("rotate_keys", new=True, stdout=out)
    first, second = DataKey.objects.order_by("number")
    assert under(crypto.envelope_head("aes256", second.number)) == 10
    assert (first.state, first.empty_since is not None, second.empty_since) == (DataKey.State.RETIRED, True, None)
    assert kept() == phones(10)
    told = Entry.objects.filter(event="vault.rotated").order_by("pk").last()
    assert told is not None
    assert told.facts["values"] == {PLACE: 10}
    assert f"{PLACE}: 0 values" in run()


@pytest.mark.django_db
def test_without_envelopes_keys_of_the_environment_follow_one_another(settings: Any) -> None:
    make_users(3)
    new = {"t2": b"\x33" * 32}
    settings.FIELD_KEYS = new | settings.FIELD_KEYS
    call_command("rotate_keys", stdout=StringIO())
    settings.FIELD_KEYS = new
    assert kept() == phones(3)
    with pytest.raises(CommandError, match="WRAPPING_KEYS"):
        call_command("rotate_keys", new=True, stdout=StringIO())
    with pytest.raises(CommandError, match="1 or more"):
        call_command("rotate_keys", batch=0, stdout=StringIO())


@pytest.mark.django_db
@pytest.mark.usefixtures("envelopes")
@pytest.mark.parametrize("after", [1, 2, 3])
def test_stopped_after_any_batch_it_goes_on_where_it_was(monkeypatch: Any, after: int) -> None:
    make_users(10)
    new_key()
    real, calls = rotating.move_batch, []

    def stopping(*args: Any, **kwargs: Any) -> int:
        if kwargs["place"].label == PLACE:
            calls.append(1)
            if len(calls) > after:
                raise KeyboardInterrupt
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(rotating, "move_batch", stopping)
        with pytest.raises(KeyboardInterrupt):
            run()
    step = RotationStep.objects.get(place=PLACE)
    moved = min(4 * after, 10)
    assert (step.changed, under(crypto.writing_key().head)) == (moved, moved)
    assert kept() == phones(10)
    assert f"{PLACE}: {10 - moved} values" in run()
    assert kept() == phones(10)


@pytest.mark.django_db
@pytest.mark.usefixtures("envelopes")
def test_what_comes_under_an_old_key_later_is_found_by_the_next_run() -> None:
    make_users(2)
    old = crypto.encrypt("13900000000", "accounts_user.phone")
    new_key()
    run()
    user = UserFactory(phone="1")
    with connection.cursor() as cursor:  # as a table that was restored from a backup
        cursor.execute("UPDATE accounts_user SET phone = %s WHERE id = %s", [old, user.pk])
    assert f"{PLACE}: 1 values" in run()
    assert kept() == [*phones(2), "13900000000"]


@pytest.mark.django_db
@pytest.mark.usefixtures("envelopes")
def test_a_key_is_not_empty_while_anything_holds_on_to_it(monkeypatch: Any) -> None:
    first = new_key()
    make_users(1)
    new_key()
    assert mark_empty(OPERATOR) == []
    assert anything_under(first)
    run()
    assert not anything_under(first)
    with pytest.raises(NotAllowed):
        mark_empty(NOBODY)


@pytest.mark.django_db
@pytest.mark.usefixtures("envelopes")
def test_frozen_versions_of_projects_keep_the_key_of_their_day() -> None:
    first = new_key()
    world = make_world()
    project = make_project(world.codes, world.unit, phone="13804712222")
    body = body_of(project)
    ProjectVersion.objects.create(project=project, number=9, body=body, digest="0" * 64, reason="submitted")
    new_key()
    said = run()
    assert "vault:1: 1 of projects.versions stay under it" in said
    first.refresh_from_db()
    assert first.empty_since is None


@pytest.mark.django_db
def test_every_encrypted_column_is_a_place_those_of_histories_too() -> None:
    labels = {place.label for place in places()}
    assert {"subsidy.Household.id_number", "subsidy.HistoricalHousehold.card", "review.Expert.phone"} <= labels
    bound = {place.label: place.bound_to for place in places()}
    assert bound["subsidy.HistoricalHousehold.card"] == bound["subsidy.Household.card"]


@contextmanager
def writing(user: User, phone: str) -> Iterator[None]:
    """Somebody holds the row of a user, and in the end changes the telephone."""
    release, begun = threading.Event(), threading.Event()

    def writer() -> None:
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=user.pk)
                begun.set()
                release.wait(600)
                User.objects.filter(pk=user.pk).update(phone=phone)
        finally:
            connection.close()

    thread = threading.Thread(target=writer)
    thread.start()
    try:
        assert begun.wait(30)
        yield
    finally:
        release.set()
        thread.join()


def killed_after(rows: int, head: bytes, folder: Path) -> None:
    """Another process that rotates, killed when it has moved some rows."""
    order = [sys.executable, "manage.py", "rotate_keys", "--batch", "3"]
    child = subprocess.Popen(order, cwd=folder, env=os.environ | environment(), stdout=subprocess.DEVNULL)
    try:
        for _try in range(900):
            if under(head) >= rows or child.poll() is not None:
                break
            time.sleep(0.1)
        assert under(head) >= rows
        assert child.poll() is None
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.covers("密码产品")
def test_a_process_that_is_killed_beside_a_writer_leaves_nothing_unreadable(settings: Any) -> None:
    settings.WRAPPING_KEYS, settings.KEY_REFRESH_SECONDS = WRAPPING, 0
    store.forget()
    make_users(20)
    new_key()
    head = crypto.envelope_head("sm4", 1)
    held = next(user for user in User.objects.order_by("-pk") if user.phone)
    with writing(held, "13911112222"):
        killed_after(6, head, settings.BASE_DIR)  # it cannot have ended: the writer holds one of the rows
        assert kept() == phones(20)
    run()
    assert under(head) == 20
    assert kept() == sorted([*phones(19), "13911112222"])
    store.forget()


def environment() -> dict[str, str]:
    """What the other process needs to work on the test's own database."""
    name = connection.settings_dict["NAME"]
    given = os.environ["DATABASE_URL"]
    base, _slash, query = given.partition("?")
    url = f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    ring = ",".join(f"{label}:{secret.hex()}" for label, secret in WRAPPING.items())
    return {"DATABASE_URL": url, "WRAPPING_KEYS": ring, "DJANGO_SETTINGS_MODULE": "imbudget.settings_test"}
