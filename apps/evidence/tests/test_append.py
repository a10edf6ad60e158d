"""Appending: inside the act's transaction, in the vocabulary, and for good."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from apps.evidence import services, vocabulary
from apps.evidence.models import Batch, Entry
from apps.evidence.tests.helpers import EVENT, append
from imbudget.kit.actor import Actor, Reach, system_actor


class Division:
    code = "150700"


class Sheet:
    """A subject as services pass it: a row with a label and a region."""

    class _meta:  # noqa: N801 - Django's own name
        label = "budget.BudgetSheet"

    pk = 41
    region = Division()

    def __str__(self) -> str:
        return "海拉尔区 · 2027 年部门预算" + "表" * 500


@pytest.mark.covers("C2")
@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_what_from_where(clerk):
    entry = Entry.objects.get(pk=services.append(EVENT, Sheet(), clerk, amount=Decimal("12.5")).pk)
    assert (entry.actor_id, entry.actor_name, entry.post_label, entry.address) == ("7", "其其格", "审核岗", "10.1.2.3")
    assert (entry.subject_type, entry.subject_id, len(entry.subject_label)) == ("budget.BudgetSheet", "41", 400)
    assert entry.region_code == "150700"
    assert entry.facts == {"amount": "12.50"}
    assert len(bytes(entry.leaf)) == 32
    assert entry.xid
    assert entry.batch is None


@pytest.mark.django_db
def test_without_a_subject_the_region_is_the_persons(clerk):
    assert append(clerk).region_code == "152201"
    assert append(system_actor()).actor_id == ""


@pytest.mark.django_db
def test_facts_are_kept_as_plain_values_and_never_less_exact(clerk):
    day = datetime.date(2027, 1, 1)
    facts = append(
        clerk, a=Decimal("1e3"), b=Decimal("0.125"), c=[1, (True, None)], d={1: day}, e=_("budget unit")
    ).facts
    assert facts["a"] == "1000.00"
    assert facts["b"] == "0.125"
    assert facts["c"] == [1, [True, None]]
    assert facts["d"] == {"1": "2027-01-01"}
    assert isinstance(facts["e"], str)


@pytest.mark.django_db
def test_an_overlong_name_does_not_stop_the_act():
    entry = append(Actor(user_id=1, name="名" * 200, post_label="岗" * 300))
    assert (len(entry.actor_name), len(entry.post_label)) == (150, 250)


@pytest.mark.django_db
def test_an_unknown_event_is_refused(clerk):
    with pytest.raises(ValueError, match="vocabulary"):
        services.append("evidence.guessed", None, clerk)


@pytest.mark.django_db
def test_an_append_costs_one_insert(clerk, django_assert_num_queries):
    with django_assert_num_queries(1):
        services.append(EVENT, None, clerk, what="x")


@pytest.mark.covers("C4")
@pytest.mark.django_db
def test_an_act_that_fails_leaves_nothing(clerk):
    class Failed(Exception):
        pass

    def act() -> None:
        with transaction.atomic():
            services.append(EVENT, None, clerk)
            raise Failed

    with pytest.raises(Failed):
        act()
    assert not Entry.objects.exists()


@pytest.mark.covers("C3")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM evidence_entry",
        "UPDATE evidence_entry SET actor_name = 'x'",
        "UPDATE evidence_entry SET facts = '{}'",
        "UPDATE evidence_entry SET batch_id = 1, position = 1, event = 'x' WHERE batch_id IS NULL",
        "UPDATE evidence_entry SET batch_id = NULL, position = NULL",
        "UPDATE evidence_entry SET batch_id = 1, position = 9 WHERE batch_id IS NOT NULL",
        "TRUNCATE evidence_entry, evidence_batch",
        "DELETE FROM evidence_batch",
        "UPDATE evidence_batch SET head = root",
    ],
)
def test_the_database_refuses_to_change_or_remove(clerk, sql):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_entry ENABLE TRIGGER evidence_entry_stays")
        cursor.execute("ALTER TABLE evidence_batch ENABLE TRIGGER evidence_batch_stays")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        Batch.objects.create(number=1, size=1, first=0, root=b"r" * 32, previous_head=bytes(32), head=b"h" * 32)
        placed = append(clerk, what="sealed")
        cursor.execute("UPDATE evidence_entry SET batch_id = 1, position = 1 WHERE id = %s", [placed.pk])
        append(clerk, what="waiting")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(sql)
    assert Entry.objects.count() == 2


@pytest.mark.django_db
def test_nobody_chooses_the_place_of_a_new_entry(clerk):
    Batch.objects.create(number=1, size=1, first=0, root=b"r" * 32, previous_head=bytes(32), head=b"h" * 32)
    first = Entry.objects.get(pk=append(clerk).pk)
    copied = "event, subject_type, subject_id, subject_label, actor_id, actor_name, post_label, region_code, address"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO evidence_entry ({copied}, facts, recorded_at, leaf, xid, batch_id, position)"  # noqa: S608
            f" SELECT {copied}, facts, recorded_at, leaf, '3', 1, 5 FROM evidence_entry"
        )
    made = Entry.objects.exclude(pk=first.pk).get()
    assert (made.batch, made.position) == (None, None)
    assert made.xid == first.xid


def test_an_app_registers_only_its_own_events_and_each_once(monkeypatch):
    monkeypatch.setattr(vocabulary, "_LABELS", {})
    vocabulary.register_events("budget", {"budget.sealed": "a label"})
    assert vocabulary.is_known("budget.sealed")
    assert vocabulary.label_of("budget.sealed") == "a label"
    assert vocabulary.label_of("budget.gone") == "budget.gone"
    with pytest.raises(ValueError, match="belong"):
        vocabulary.register_events("budget", {"codes.changed": "x"})
    with pytest.raises(ValueError, match="twice"):
        vocabulary.register_events("budget", {"budget.sealed": "another"})


@pytest.mark.covers("B6", "C3")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reach", "code", "grants", "seen"),
    [
        (Reach.EVERYTHING, "150000", {"evidence.see"}, ["150000", "150700", "150702", "152201"]),
        (Reach.LEAGUE, "150700", {"evidence.see"}, ["150700", "150702"]),
        (Reach.REGION, "150702", {"evidence.see"}, ["150702"]),
        (Reach.NOTHING, "", {"audit.administer"}, ["150000", "150700", "150702", "152201"]),
        (Reach.EVERYTHING, "150000", set(), []),
    ],
)
def test_the_record_is_seen_down_the_tree_with_the_grant_only(reach, code, grants, seen):
    for region in ("150000", "150700", "150702", "152201"):
        append(Actor(user_id=1, name="a", region_code=region))
    reader = Actor(user_id=2, name="b", reach=reach, region_code=code, grants=frozenset(grants))
    assert sorted(Entry.objects.visible_to(reader).values_list("region_code", flat=True)) == seen
