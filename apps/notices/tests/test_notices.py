"""Notices: told in the act's transaction, worded for the reader, read by their person only; one digest a working day."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import UserFactory, make_actor, make_post, sign_in
from apps.codes.models import DayKind
from apps.codes.services import put_calendar_day
from apps.codes.tests.factories import ACTOR
from apps.notices import kinds, services, tasks
from apps.notices.models import Notice
from apps.regions.tests.factories import Tree, UnitFactory, make_tree
from imbudget.kit import registry
from imbudget.kit.errors import RuleViolation
from imbudget.kit.registry import Line, Shelf

pytestmark = pytest.mark.django_db
LIST, COUNT, READ_ALL = (reverse(f"notices:{name}") for name in ("list", "count", "read_all"))
FRIDAY, SATURDAY = date(2027, 3, 5), date(2027, 3, 6)


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of the tests; the shelf of the running system is frozen."""
    monkeypatch.setattr(kinds, "_kinds", Shelf("kinds of the tests"))
    kinds.register(kinds.DIGEST, "", "digest")
    kinds.register("tests.returned", "%(document)s was returned by the %(role)s", "returned")
    kinds.register("tests.waiting", "%(count)s tasks wait for you", "waiting")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], None]]:
    """Puts sources on an empty shelf."""
    shelf: Shelf[Any] = Shelf("sources of the tests")
    monkeypatch.setattr(registry, "digest_sources", shelf)
    return lambda function: shelf.add(function.__name__, function)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def post(tree: Tree) -> Post:
    return make_post("unit_clerk", UnitFactory(region=tree.banner))


@pytest.fixture
def browser(post: Post) -> Client:
    return sign_in(Client(), post.user)


def tell(user: User, document: str = "甲项目", url: str = "") -> Notice:
    services.notify([user.pk], "tests.returned", url=url, document=document, role=kinds.word("unit head"))
    return Notice.objects.filter(user=user).latest("pk")


def test_people_are_told_once_each_in_one_statement(tree, django_assert_num_queries):
    people = UserFactory.create_batch(3)
    ids = [person.pk for person in people]
    with django_assert_num_queries(1):
        assert services.notify([*ids, ids[0]], "tests.waiting", url="/inbox/", count="2") == 3
    assert sorted(Notice.objects.values_list("user_id", flat=True)) == ids
    assert services.notify([], "tests.waiting", count="2") == 0


def test_what_is_told_is_taken_back_with_the_act():
    user = UserFactory()

    def failing_act() -> None:
        with transaction.atomic():
            tell(user)
            raise RuleViolation("no")

    with pytest.raises(RuleViolation):
        failing_act()
    assert not Notice.objects.exists()


def test_an_unknown_kind_or_a_missing_param_is_a_defect_of_the_caller():
    user = UserFactory()
    with pytest.raises(ValueError, match="tests.unknown"):
        services.notify([user.pk], "tests.unknown")
    with pytest.raises(ValueError, match="role"):
        services.notify([user.pk], "tests.returned", document="甲项目")


def test_an_address_outside_is_kept_out_by_the_database():
    with pytest.raises(IntegrityError, match="notice_leads_to_our_pages"), transaction.atomic():
        tell(UserFactory(), url="https://elsewhere.example/")


def test_the_text_is_made_in_the_language_of_the_reader(monkeypatch):
    kinds.register("tests.lazy", gettext_lazy("region"), "lazy")
    user = UserFactory()
    with translation.override("zh-hans"):
        services.notify([user.pk], "tests.lazy", role=kinds.word(gettext_lazy("region")))
        services.notify([user.pk], "tests.returned", document="甲项目", role=kinds.word(gettext_lazy("region")))
    returned, lazy = Notice.objects.order_by("-pk")
    assert (returned.text, lazy.text) == ("甲项目 was returned by the region", "region")
    with translation.override("zh-hans"):
        chinese = (returned.text, lazy.text)
    assert chinese[1] != "region"
    assert chinese[0].endswith(chinese[1])


def test_a_notice_of_a_removed_kind_or_with_an_old_param_can_still_be_read():
    assert kinds.text_of("tests.gone", {"a": "b"}) == "tests.gone"
    assert kinds.text_of("tests.returned", {"document": "甲"}) == "甲 was returned by the …"


def test_the_list_holds_only_the_persons_own_notices(post, browser):
    tell(post.user, "甲项目")
    tell(UserFactory(), "乙项目")
    page = browser.get(LIST).content.decode()
    assert "甲项目" in page
    assert "乙项目" not in page


def test_a_notice_cannot_bring_markup_into_the_page(post, browser):
    tell(post.user, "<script>x</script>")
    assert "<script>x" not in browser.get(LIST).content.decode()


def test_opening_a_notice_marks_it_and_leads_on(post, browser):
    notice, other = tell(post.user, url="/budget/sheets/"), tell(post.user)
    assert browser.get(reverse("notices:open", args=[notice.pk])).status_code == 405
    answer = browser.post(reverse("notices:open", args=[notice.pk]))
    assert (answer.status_code, answer.url) == (302, "/budget/sheets/")
    assert browser.post(reverse("notices:open", args=[other.pk])).url == LIST
    assert browser.get(COUNT).json() == {"unread": 0}


@pytest.mark.parametrize("url", ["//elsewhere.example/", "/\\elsewhere.example/"])
def test_a_notice_never_leads_elsewhere(post, browser, url):
    notice = tell(post.user, url=url)
    assert browser.post(reverse("notices:open", args=[notice.pk])).url == LIST


def test_nobody_opens_the_notice_of_another(browser):
    notice = tell(UserFactory())
    assert browser.post(reverse("notices:open", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_filters_show_what_is_read_or_unread_or_of_a_kind(post, browser):
    read, unread = tell(post.user, "甲项目"), tell(post.user, "乙项目")
    services.notify([post.user_id], "tests.waiting", count="7")
    services.mark_read(make_actor("unit_head", post.unit, post.user), [read.pk])
    shown = {
        query: {row["object"].pk for row in browser.get(f"{LIST}?{query}").context["rows"]}
        for query in ("state=unread", "state=read", "kind=tests.returned")
    }
    assert shown["state=read"] == {read.pk}
    assert shown["kind=tests.returned"] == {read.pk, unread.pk}
    assert read.pk not in shown["state=unread"]
    assert len(shown["state=unread"]) == 2


def test_marking_all_leaves_what_came_since(post, browser):
    seen = tell(post.user)
    newest = browser.get(LIST).context["newest"]
    later = tell(post.user)
    assert newest == seen.pk
    browser.post(READ_ALL, {"until": newest})
    assert list(Notice.objects.unread()) == [later]
    for nonsense in ("", "x", "-1", "9" * 30, "٣"):
        assert browser.post(READ_ALL, {"until": nonsense}).status_code == 302
    assert list(Notice.objects.unread()) == [later]


def test_marking_all_never_touches_the_notices_of_others(browser):
    other = tell(UserFactory())
    browser.post(READ_ALL, {"until": other.pk})
    assert Notice.objects.unread().count() == 1


def test_the_count_ends_at_a_hundred(post, browser):
    Notice.objects.bulk_create(
        [Notice(user=post.user, kind="tests.waiting", params={"count": "1"}) for _ in range(105)]
    )
    assert browser.get(COUNT).json() == {"unread": 100}


def test_asking_for_the_count_does_not_keep_a_session_alive(post, browser, settings):
    def used() -> float:
        return browser.session["used"]

    session = browser.session
    session["used"] -= settings.SESSION_IDLE_SECONDS - 60
    session.save()
    before = used()
    assert browser.get(COUNT, headers={"X-Background": "1"}).status_code == 200
    assert used() == before
    browser.get(LIST)
    assert used() > before


def test_the_bell_of_an_ended_session_is_sent_away(browser, settings):
    session = browser.session
    session["used"] -= settings.SESSION_IDLE_SECONDS + 60
    session.save()
    assert browser.get(COUNT, headers={"X-Background": "1"}).status_code == 302


def test_the_list_needs_no_query_per_notice(post, browser):
    tell(post.user)
    browser.get(LIST)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        counts.append(len(queries))
        for _number in range(10):
            tell(post.user)
    assert counts[0] == counts[1]


def test_a_digest_sums_up_what_waits_once_a_day(post, source):
    asked: list[list[int]] = []

    def waiting(people: list[int]) -> dict[int, list[Line]]:
        asked.append(people)
        return {post.user_id: [Line("tests.waiting", {"count": "3"}, "/inbox/")]} if post.user_id in people else {}

    def returned(people: list[int]) -> dict[int, list[Line]]:
        lines = [Line("tests.returned", {"document": "甲", "role": kinds.word("unit head")}, "/projects/")]
        return {user_id: lines for user_id in people if user_id == post.user_id}

    source(waiting)
    source(returned)
    Post.objects.update(valid_from=date(2027, 1, 1))
    assert [services.write_digests(FRIDAY), services.write_digests(FRIDAY)] == [1, 0]
    assert post.user_id in asked[0]
    assert asked[1] == []
    digest = Notice.objects.get()
    assert (digest.user_id, digest.url, digest.day) == (post.user_id, "/inbox/", FRIDAY)
    assert digest.text == "3 tasks wait for you\n甲 was returned by the unit head"
    assert services.write_digests(FRIDAY + timedelta(days=3)) == 1


def test_who_has_nothing_waiting_gets_no_digest(post, source):
    def nothing(people: list[int]) -> dict[int, list[Line]]:
        return {user_id: [] for user_id in people}

    source(nothing)
    assert services.write_digests() == 0


def test_no_digest_on_free_days_nor_to_people_without_a_post(tree, post, source):
    Post.objects.update(valid_from=date(2027, 1, 1))
    neighbour = make_post("banner_officer", tree.neighbour, valid_from=date(2027, 1, 1))
    make_post("banner_officer", tree.neighbour, UserFactory(gone=True), valid_from=date(2027, 1, 1))
    make_post("banner_officer", tree.neighbour, valid_from=date(2027, 1, 1), valid_to=date(2027, 1, 31))

    def everyone(people: list[int]) -> dict[int, list[Line]]:
        return {user_id: [Line("tests.waiting", {"count": "1"})] for user_id in people}

    source(everyone)
    assert services.write_digests(SATURDAY) == 0
    put_calendar_day(ACTOR, FRIDAY, tree.banner, {"kind": DayKind.LOCAL_HOLIDAY, "name_zh_hans": "那达慕"})
    services.write_digests(FRIDAY)
    assert list(Notice.objects.values_list("user_id", flat=True)) == [neighbour.user_id]


def test_the_tasks_are_the_services(post, source):
    assert tasks.digest() == 0
    old, new = tell(post.user), tell(post.user)
    Notice.objects.filter(pk=old.pk).update(read_at=timezone.now() - timedelta(days=400))
    Notice.objects.filter(pk=new.pk).update(created_at=timezone.now() - timedelta(days=4000))
    assert tasks.clear_old() == 1
    assert list(Notice.objects.all()) == [new]  # unread ones stay
