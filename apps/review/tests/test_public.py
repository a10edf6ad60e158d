"""The public pages: without signing in, cacheable, and silent about persons; objections only for work done."""

import base64
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import sign_in
from apps.review.models import Conclusion, ConclusionState, Objection, ReviewState
from apps.review.services import objections, publicity
from apps.review.tests import factories as make
from imbudget.kit.proofs import new_challenge
from imbudget.kit.testing.proofs import solved

pytestmark = pytest.mark.django_db
LANGUAGES = ["zh-hans", "mvf"]


@pytest.fixture(autouse=True)
def short_work(settings: Any) -> None:
    settings.PROOF_OF_WORK = 50


@pytest.fixture
def notice(world: Any) -> Any:
    project = make.waiting_project(world)
    review = make.make_review(world.tree.banner, [project], state=ReviewState.CONFIRMED)
    review.items.update(verdict="support", amount=Decimal("700000.00"), score=Decimal("82.50"), rank=1)
    made = Conclusion.objects.create(review=review, state=ConclusionState.CONFIRMED, author=make.UserFactory())
    conclusion = Conclusion.objects.get(pk=made.pk)
    return publicity.publish(
        make.officer(world.tree.banner), conclusion, title_zh="草原项目评审结果公示", text="依法公示"
    )


def address(name: str, notice: Any, language: str = "zh-hans") -> str:
    args = [language, notice.region.code]
    match name:
        case "notice":
            args += [notice.year, notice.number]
        case "result" | "object":
            args += [notice.items.get().pk]
    return reverse(f"public:{name}", args=args)


def text_of(response: Any) -> str:
    return response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["notices", "notice", "result"])
def test_everybody_reads_and_a_copy_is_good_until_something_changes(
    notice, name, language, django_assert_max_num_queries
):
    client, where = Client(), address(name, notice, language)
    with django_assert_max_num_queries(4):
        first = client.get(where)
    assert (first.status_code, first["Cache-Control"]) == (200, "public, no-cache")
    assert first["Content-Language"] == {"zh-hans": "zh-Hans-CN", "mvf": "mn-Mong-CN"}[language]
    assert not first.cookies
    assert notice.title_zh_hans in text_of(first)
    with django_assert_max_num_queries(2):
        again = client.get(where, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    second = make.leader(notice.region)
    publicity.take_down(second, notice, "金额有误")
    after = client.get(where, headers={"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})
    assert after.status_code == (200 if name == "notices" else 410)
    assert notice.title_zh_hans not in text_of(after)
    if name != "notices":
        assert after["Cache-Control"] == "no-store"


def test_no_person_stands_on_a_public_page(notice):
    project = notice.items.get().project
    for name in ("notices", "notice", "result"):
        shown = text_of(Client().get(address(name, notice)))
        for secret in (project.responsible, project.phone, notice.author.name):
            assert secret not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_and_feeds(notice, language):
    index = Client().get(reverse("public:index", args=[language]))
    assert address("notices", notice, language) in text_of(index)
    for name, kind in (("rss", "application/rss+xml"), ("atom", "application/atom+xml")):
        feed = Client().get(address(name, notice, language))
        assert feed["Content-Type"].startswith(kind)
        assert notice.title_zh_hans in text_of(feed)
        assert address("notice", notice, language) in text_of(feed)


def test_unknown_places_are_404(notice):
    for where in (
        "/public/en/",
        "/public/zh-hans/999999999/",
        f"/public/zh-hans/{notice.region.code}/2027-99/",
        f"/public/zh-hans/{notice.region.code}/results/999999/",
        f"/public/zh-hans/{notice.region.parent.code}/results/{notice.items.get().pk}/",
        f"/public/zh-hans/{notice.region.code}/?after=nonsense",
        "/public/zh-hans/objections/ABCD-ABCD-ABCD-ABCD/",
    ):
        assert Client().get(where).status_code == 404, where


def post(notice: Any, **values: Any) -> Any:
    given = {"ground": "与去年项目重复", "altcha": solved(new_challenge())}
    return Client().post(address("object", notice), given | values)


def test_an_objection_is_filed_and_followed(notice):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address("object", notice))
    assert page["Cache-Control"] == "no-store"
    token = client.cookies["csrftoken"].value
    given = {"ground": "<script>alert(1)</script>重复", "name": "牧民", "altcha": solved(new_challenge())}
    assert client.post(address("object", notice), given).status_code == 403
    answer = client.post(address("object", notice), given | {"csrfmiddlewaretoken": token})
    objection = Objection.objects.get()
    assert objection.code in text_of(answer)
    assert objection.source == "127.0.0.1"
    follow = client.get(reverse("public:objection", args=["zh-hans", objection.code]))
    assert (follow.status_code, follow["Cache-Control"]) == (200, "no-store")
    assert "牧民" not in text_of(follow)
    found = client.get(reverse("public:follow", args=["zh-hans"]), {"code": objection.code.lower()})
    assert found.url == reverse("public:objection", args=["zh-hans", objection.code])


@pytest.mark.covers("D1")
def test_what_strangers_write_is_shown_as_text_and_never_as_markup(notice):
    """The sender's words to those who handle it, the handler's words to everybody."""
    script, shown = "<script>alert(1)</script>", "&lt;script&gt;alert(1)"
    post(notice, ground=f"重复{script}", name=f"牧民{script}", contact=f"{script}@x")
    objection = Objection.objects.get()
    judge = make.supervisor(notice.region)
    objections.accept_objection(judge, objection)
    objections.dismiss_objection(judge, objection, f"不成立{script}", is_public=True, finding=f"经查{script}")
    handler = sign_in(Client(), User.objects.get(pk=judge.user_id))
    inside = text_of(handler.get(objection.get_absolute_url()))
    for page, times in (
        (inside, 4),  # name, ground, words and finding; the contact is masked
        (text_of(Client().get(reverse("public:objection", args=["zh-hans", objection.code]))), 1),
        (text_of(Client().get(address("result", notice))), 1),
        (text_of(handler.get(reverse("review:objections"))), 0),
    ):
        assert script not in page
        assert page.count(shown) >= times
    again = text_of(post(notice, ground=f"又一次{script}", altcha="x"))  # what comes back in the form
    assert script not in again
    assert shown in again


@pytest.mark.parametrize("name", ["notice", "result", "object"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_taken_down_is_gone_for_copies_and_forms_alike(notice, name, language):
    where, feed = address(name, notice, language), address("rss", notice, language)
    before = Client().get(where)
    publicity.take_down(make.leader(notice.region), notice, "金额有误")
    known = {"If-None-Match": before.get("ETag", "*"), "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    for answer in (Client().get(where), Client().get(where, headers=known), Client().head(where, headers=known)):
        assert (answer.status_code, answer["Cache-Control"]) == (410, "no-store")
        assert not answer.has_header("ETag")
        assert not answer.has_header("Last-Modified")
        assert notice.title_zh_hans not in text_of(answer)
    listed = Client().get(feed, headers=known)
    assert (listed.status_code, listed["Cache-Control"]) == (200, "public, no-cache")
    assert notice.title_zh_hans not in text_of(listed)
    assert post(notice).status_code == 410
    assert not Objection.objects.exists()


def test_no_objection_without_its_work(notice):
    forged = base64.b64encode(json.dumps(new_challenge() | {"number": 51}).encode()).decode()
    for altcha in ("", "x", forged, base64.b64encode(b"[]").decode(), "9" * 5000):
        assert post(notice, altcha=altcha).status_code == 422
    used = solved(new_challenge())
    assert post(notice, altcha=used).status_code == 200
    assert post(notice, altcha=used).status_code == 422
    assert Objection.objects.count() == 1


def test_too_much_is_refused_before_it_is_read(notice):
    where = address("object", notice)
    answer = Client().generic(
        "POST", where, b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(100 * 1024 * 1024)
    )
    assert answer.status_code == 413
    assert post(notice, files=[SimpleUploadedFile(f"{n}.png", b"x") for n in range(4)]).status_code == 422
    assert post(notice, files=[SimpleUploadedFile("a.pdf", b"%PDF-" + bytes(5 * 1024 * 1024))]).status_code == 422
    assert post(notice, files=[SimpleUploadedFile("a.pdf", b"MZ not a pdf")]).status_code == 422
    assert not Objection.objects.exists()


def test_answers_are_read_by_the_public_only_when_they_are_published(notice):
    judge = make.supervisor(notice.region)
    for is_public, answer in ((True, "经核实不成立"), (False, "个人信息已核实")):
        post(notice)
        objection = Objection.objects.get(state="filed")
        objections.accept_objection(judge, objection)
        objections.dismiss_objection(judge, objection, answer, is_public=is_public)
        own = text_of(Client().get(reverse("public:objection", args=["zh-hans", objection.code])))
        assert answer in own
    shown = text_of(Client().get(address("result", notice)))
    assert "经核实不成立" in shown
    assert "个人信息已核实" not in shown
    assert "与去年项目重复" not in shown


def test_the_form_closes_with_the_last_day(notice, monkeypatch):
    late = notice.ends_on + timedelta(days=1)
    monkeypatch.setattr(objections, "certain_today", lambda: late)
    assert post(notice).status_code == 422
    assert isinstance(late, date)


def test_older_notices_are_found_page_by_page(world, notice, monkeypatch):
    from apps.review.selectors import public

    monkeypatch.setattr(public, "PAGE", 1)
    publicity.take_down(make.leader(notice.region), notice, "更正")
    officer = make.officer(notice.region)
    again = publicity.publish(officer, notice.conclusion, title_zh="更正公示")
    other = make.make_review(world.tree.banner, [make.waiting_project(world)], state=ReviewState.CONFIRMED)
    other.items.update(verdict="support", amount=Decimal("1.00"))
    made = Conclusion.objects.create(review=other, state=ConclusionState.CONFIRMED, author=make.UserFactory())
    publicity.publish(officer, Conclusion.objects.get(pk=made.pk), title_zh="第二批公示")
    first = public.notices_of(notice.region)
    assert [found.title for found in first.notices] == ["第二批公示"]
    page = text_of(Client().get(f"{address('notices', notice)}?after={first.after}"))
    assert again.title in page
    assert "第二批公示" not in page
