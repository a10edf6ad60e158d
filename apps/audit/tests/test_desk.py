"""The audit desk: who searches what, in which scope, at which cost."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.audit.models import Record, Trail
from apps.audit.services import record
from apps.audit.tests.helpers import make_record
from apps.evidence.models import Entry
from apps.evidence.tests.helpers import services as evidence
from apps.regions.tests.factories import make_tree
from imbudget.kit.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B4", "C1", "C2", "I1")]
DESK = "/audit/"
NEWEST = """
EXPLAIN SELECT id FROM audit_trail WHERE recorded_at >= now() - interval '31 days' %s
ORDER BY recorded_at DESC, id DESC LIMIT 51
"""


@pytest.fixture
def tree():
    return make_tree()


def clerk(region) -> Actor:
    return Actor(7, "其其格", post_label="审核岗", region_code=region.code, address="10.1.2.3")


def both(region, **facts) -> None:
    """One row in each log."""
    with transaction.atomic():
        evidence.append("evidence.downloaded", region, clerk(region), what="x", **facts)
    record("audit.person_seen", clerk(region), region)


def found(browser, query: str = "") -> list[tuple[str, str]]:
    """(log, region) of each row of the list."""
    answer = browser.get(f"{DESK}?kind=&since=2020-01-01&{query}")
    assert answer.status_code == 200
    return [(row["object"].log, row["object"].region_code) for row in answer.context_data["rows"]]


def test_both_logs_are_one_list(tree):
    both(tree.banner)
    rows = found(client_of("auditor", tree.banner), "person=")
    assert {log for log, _code in rows} == {"audit", "evidence"}


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        ("auditor", "banner", {"banner"}),
        ("auditor", "league", {"banner", "neighbour", "league"}),
        ("auditor", "root", {"banner", "neighbour", "league", "far_banner"}),
        ("audit_admin", "root", {"banner", "neighbour", "league", "far_banner"}),
    ],
)
def test_an_auditor_sees_the_own_node_and_below(tree, role, place, seen):
    places = {name: getattr(tree, name) for name in ("banner", "neighbour", "league", "far_banner")}
    for region in places.values():
        both(region)
    codes = {code for _log, code in found(client_of(role, getattr(tree, place)), "person=")}
    assert {name for name, region in places.items() if region.code in codes} == seen


@pytest.mark.parametrize("role", ["banner_officer", "finance_leader", "treasury_clerk"])
def test_nobody_else_searches(tree, role):
    both(tree.banner)
    browser = client_of(role, tree.banner)
    row = Trail.objects.latest("id")
    for address in (DESK, reverse("audit:export"), reverse("audit:object", args=["regions.region", tree.banner.pk])):
        assert browser.get(address).status_code == 403
    assert browser.get(row.get_absolute_url()).status_code == 403
    assert browser.get(reverse("audit:administrators")).status_code == 403


def test_a_row_of_another_region_is_not_there(tree):
    both(tree.far_banner)
    row = Trail.objects.filter(region_code=tree.far_banner.code).latest("id")
    assert client_of("auditor", tree.banner).get(row.get_absolute_url()).status_code == 404
    assert client_of("auditor", tree.root).get(row.get_absolute_url()).status_code == 200


def test_it_is_searched_by_object_person_time_kind_region_and_outcome(tree):
    person = make_post("banner_officer", tree.banner).user
    actor = Actor(person.pk, person.name, region_code=tree.banner.code)
    record("audit.person_seen", actor, tree.banner, trace="0" * 32)
    make_record(timezone.now() - timedelta(days=60), region_code=tree.banner.code, actor_id=str(person.pk))
    browser = client_of("auditor", tree.banner)

    def count(query: str) -> int:
        return len(browser.get(f"{DESK}?{query}").context_data["rows"])

    assert count(f"person={person.username}") == 1  # the last 31 days
    assert count(f"person={person.username}&since=2020-01-01") == 2
    assert count(f"person={person.name}&kind=audit.person_seen") == 1
    assert count("person=nobody") == 0
    assert count(f"person={person.username}&done=0") == 0
    assert count(f"person={person.username}&subject={tree.banner.name}") == 1
    assert count(f"person={person.username}&subject={tree.banner.pk}") == 1
    assert count(f"person={person.username}&region={tree.banner.code}") == 1
    assert count("trace=" + "0" * 32) == 1
    assert count(f"person={person.username}&until=2020-01-01") == 0
    assert count("log=audit&kind=audit.person_seen") == 1


def test_the_list_asks_the_same_however_long_it_is(tree):
    browser = client_of("auditor", tree.banner)
    browser.get(DESK)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(DESK).status_code == 200
        return len(queries)

    both(tree.banner)
    few = asked()
    for _ in range(30):
        both(tree.banner)
    assert asked() == few
    assert few <= 9


def test_the_newest_are_found_by_the_indexes_of_both_logs(tree):
    """No row is sorted, none of the others read: the plan goes down both indexes of time until a page is full."""
    now = timezone.now()
    Record.objects.bulk_create(
        Record(recorded_at=now - timedelta(seconds=number), kind="audit.tested", region_code=tree.banner.code)
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_record; ANALYZE evidence_entry; SET LOCAL enable_seqscan = off")
        for where in (
            "",
            f"AND region_code = '{tree.banner.code}'",
            "AND actor_id IN ('7')",
            "AND kind = 'audit.tested'",
        ):
            cursor.execute(NEWEST % where)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "evidence_entry" in plan
            assert "Seq Scan" not in plan, plan


def test_a_row_shows_what_was_changed(tree):
    with transaction.atomic():
        evidence.append("evidence.downloaded", tree.banner, clerk(tree.banner), name=["旧名", "新名"], rows=3)
    row = Trail.objects.get(log="evidence", number=Entry.objects.latest("pk").pk)
    page = client_of("auditor", tree.banner).get(row.get_absolute_url()).content.decode()
    assert "<del>旧名</del>" in page
    assert "<ins>新名</ins>" in page


def test_the_trail_of_a_row_has_history_evidence_and_audit_on_one_line(tree):
    banner = tree.banner
    banner.name_zh_hans = "新名旗"
    banner.save()
    both(banner)
    page = client_of("auditor", banner).get(reverse("audit:object", args=["regions.region", banner.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "<ins>新名旗</ins>" in text
    moments = page.context_data["moments"]
    assert {moment.row.log for moment, _told in moments if moment.row} == {"audit", "evidence"}
    assert [moment.at for moment, _told in moments] == sorted((moment.at for moment, _told in moments), reverse=True)


def test_the_trail_of_a_row_elsewhere_or_of_nothing_is_not_there(tree):
    browser = client_of("auditor", tree.banner)
    for label, key in (
        ("regions.region", tree.far_banner.pk),
        ("regions.region", "x"),
        ("regions.region", 10**30),
        ("files.storedfile", "x"),
        ("auth.permission", 1),
        ("nothing", 1),
        ("a.b.c", 1),
    ):
        assert browser.get(reverse("audit:object", args=[label, key])).status_code == 404, (label, key)


def test_the_history_tab_leads_to_the_trail_for_those_who_may_read_it(world):
    address = f"{world.unit.get_absolute_url()}?tab=history"
    trail = reverse("audit:object", args=["regions.unit", world.unit.pk])
    assert trail in client_of("auditor", world.tree.banner).get(address).content.decode()
    assert trail not in client_of("banner_officer", world.tree.banner).get(address).content.decode()


def test_a_file_needs_a_reason_and_is_recorded(tree, settings):
    both(tree.banner)
    browser = client_of("auditor", tree.banner)
    assert browser.get(f"{DESK}?export=csv").url.startswith(reverse("audit:export"))
    page = reverse("audit:export") + "?kind=audit.person_seen"
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"kind": "jsonl", "reason": ""}).status_code == 422
    answer = browser.post(page, {"kind": "jsonl", "reason": "年度审计"})
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert [line["kind"] for line in lines] == ["audit.person_seen"]
    facts = Entry.objects.filter(event="evidence.downloaded").latest("pk").facts
    assert (facts["reason"], facts["rows"], facts["kind"]) == ("年度审计", 1, "jsonl")
    csv = b"".join(browser.post(page, {"kind": "csv", "reason": "年度审计"}).streaming_content).decode()
    assert csv.startswith("\ufeff")
    assert tree.banner.name in csv
    settings.AUDIT_EXPORT_ROWS = 0
    assert browser.post(page, {"kind": "csv", "reason": "年度审计"}).status_code == 422


def test_each_administrator_sees_what_the_others_did(tree):
    people = {role: make_post(role, tree.root) for role in ("system_admin", "security_admin", "audit_admin")}
    with transaction.atomic():
        for role, post in people.items():
            evidence.append(
                "evidence.downloaded", None, Actor(post.user_id, post.user.name, post_label=role), what=role
            )
        evidence.append("evidence.downloaded", None, clerk(tree.banner), what="clerk")
    for role, post in people.items():
        browser = sign_in(Client(), post.user)
        page = browser.get(reverse("audit:administrators"))
        assert page.status_code == 200
        posts = {row["object"].post_label for row in page.context_data["rows"]}
        assert posts & people.keys() == people.keys() - {role}
        other = Trail.objects.filter(post_label=next(iter(people.keys() - {role}))).latest("id")
        assert browser.get(other.get_absolute_url()).status_code == 200
        clerks = Trail.objects.filter(post_label="审核岗").latest("id")
        wanted = 200 if role == "audit_admin" else 404
        assert browser.get(clerks.get_absolute_url()).status_code == wanted
        assert browser.get(reverse("audit:administrators") + "?export=csv").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "until=9999-12-31",
        "since=0001-01-01",
        "since=9999-12-31",
        "region=%25",
        "trace=%00",
        "done=7",
        "person=%F0%9F%90%8E",
    ],
)
def test_days_and_words_that_lead_nowhere_are_no_crash(tree, query):
    browser = client_of("auditor", tree.banner)
    assert browser.get(f"{DESK}?{query}").status_code == 200
    assert browser.get(f"{reverse('audit:export')}?{query}").status_code == 200
