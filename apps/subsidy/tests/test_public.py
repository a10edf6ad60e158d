"""Objections of the public to rosters: for work done, in their time, sealed, not too many, and decided by a second person."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import sign_in
from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.subsidy.models import Roster, RosterObjection
from apps.subsidy.services import objections, publicity
from apps.subsidy.tests.rosters import days_pass, make_office
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.proofs import new_challenge
from imbudget.kit.testing import html
from imbudget.kit.testing.proofs import solved

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    settings.PROOF_OF_WORK = 50
    return make_office(world)


def to(name, *args, language="zh-hans"):
    return reverse(f"subsidy:public_{name}", args=[language, *args])


def form(**changes):
    return {"ground": "该户在禁牧区放牧", "altcha": solved(new_challenge())} | changes


def filed(roster, address="10.0.0.1", **values):
    given = {"proof": f"{timezone.now().timestamp()}", "line": None, "ground": "面积不符"} | values
    line, ground = given.pop("line"), given.pop("ground")
    with translation.override("en"):  # a page that was read before has left its language
        return objections.file_objection(objections.public_actor(address), roster, line, ground, **given)


def test_anybody_objects_to_a_line_and_follows_it_by_its_code(office):
    roster, public = office.published(), Client()
    address = to("roster_object", office.region.code, roster.pk)
    assert address in html.links(public.get(to("roster", office.region.code, roster.pk)))
    page = public.get(address)
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    for wrong in (form(ground=""), form(number="99"), form(altcha=""), form(altcha="x" * 300)):
        assert public.post(address, wrong).status_code == 422
    sent = form(number="2", person="巴图", contact="13800000000")
    done = public.post(address, sent)
    made = RosterObjection.objects.get()
    assert (done.status_code, made.code in html.text(done), made.line.number) == (200, True, 2)
    assert public.post(address, sent).status_code == 422  # the work counts once
    assert public.post(address, {"ground": "长" * 300_000}).status_code == 413
    entry = Entry.objects.get(event="subsidy.objection_filed")
    for secret in ("巴图", "13800000000", "禁牧区放牧"):
        assert secret not in str(entry.facts)
    shown = html.text(public.get(to("objection", made.code)))
    assert made.code in shown
    assert "巴图" not in shown
    asked = public.get(to("follow"), {"code": made.code.lower()})
    assert asked.url == to("objection", made.code)
    assert public.get(to("objection", "AAAA-AAAA")).status_code == 404
    told = set(Notice.objects.filter(kind="subsidy.objected").values_list("user_id", flat=True))
    holders = set(Post.objects.filter(unit=office.unit).values_list("user_id", flat=True))
    assert told == holders - {roster.author_id}
    objections.answer_objection(office.head, made, "经核实，该户已停发", uphold=True)
    assert "经核实，该户已停发" in html.text(public.get(to("objection", made.code, language="mvf")))


@pytest.mark.covers("E2", "D1")
def test_the_address_and_the_person_are_sealed_and_too_many_are_refused(office):
    roster = office.published()
    for _number in range(5):
        filed(roster)
    with pytest.raises(RuleViolation, match="Too many objections"):
        filed(roster)
    filed(roster, address="10.0.0.2")
    RosterObjection.objects.filter(source_index="10.0.0.1").update(filed_at=timezone.now() - timedelta(hours=2))
    made = filed(roster, person="巴图")
    stored = RosterObjection.objects.filter(pk=made.pk).values_list("source_index", flat=True).get()
    assert (made.source, b"10.0.0.1" in bytes(stored), len(stored)) == ("10.0.0.1", False, 16)


def test_objections_have_their_time(office):
    roster = office.approved()
    with pytest.raises(RuleViolation, match="over"):
        filed(roster)
    assert Client().get(to("roster_object", office.region.code, roster.pk)).status_code == 404
    publicity.publish_roster(office.clerk, roster, "0471-1234567")
    filed(roster)
    days_pass(roster)
    with pytest.raises(RuleViolation, match="over"):
        filed(roster)
    page = Client().get(to("roster_object", office.region.code, roster.pk))
    assert "ground" not in page.content.decode()
    with translation.override("en"), pytest.raises(RuleViolation, match="wait for an answer"):
        publicity.end_publicity(office.clerk, roster)


@pytest.mark.covers("B8")
def test_who_made_the_roster_does_not_decide_what_the_public_objects(office):
    roster = office.published()
    made = filed(roster, line=roster.lines.get(number=1))
    with pytest.raises(NotAllowed, match="Who made the roster"):
        objections.answer_objection(office.clerk, made, "无误", uphold=False)
    stranger = sign_in(Client(), User.objects.get(pk=office.officer.user_id))
    assert "公众" in html.text(stranger.get(made.get_absolute_url()))
    assert stranger.get(reverse("subsidy:objection_answer", args=[made.pk])).status_code == 403
    objections.answer_objection(office.head, made, "无误", uphold=False)


def test_a_copy_is_good_until_something_shown_changes(office):
    roster, public = office.published(), Client()
    for address in (to("rosters", office.region.code), to("roster", office.region.code, roster.pk)):
        first = public.get(address)
        assert first["Cache-Control"] == "public, no-cache"
        again = public.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = public.get(address.replace("zh-hans", "mvf"), headers={"if-none-match": first["ETag"]})
        assert other.status_code == 200
    etag = first["ETag"]
    Roster.objects.filter(pk=roster.pk).update(objections_to="农牧局 0471-7654321")
    assert public.get(address, headers={"if-none-match": etag}).status_code == 200
