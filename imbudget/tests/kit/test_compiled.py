"""Queries whose SQL is made once answer what their querysets answer."""

import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.actors import actor_of, held_at, posts_of, user_of
from apps.accounts.models import Post, User
from apps.accounts.tests.factories import UserFactory, make_post
from imbudget.kit.compiled import Compiled

pytestmark = pytest.mark.django_db


def test_each_question_has_its_own_answer(world):
    post = make_post("unit_clerk", world.unit)
    other = make_post("banner_officer", world.tree.banner)
    today = timezone.localdate()
    for asked in (post, other, post):
        found = posts_of.rows(user=asked.user_id, day=today)
        assert found == list(Post.objects.on().filter(user=asked.user))
        assert user_of.first(pk=asked.user_id) == asked.user
    assert posts_of.rows(user=post.user_id, day=timezone.localdate().replace(year=1990)) == []
    assert user_of.first(pk=0) is None


def test_what_is_joined_is_read_in_the_same_statement(world):
    post = make_post("unit_clerk", world.unit)
    posts_of.rows(user=post.user_id, day=timezone.localdate())
    with CaptureQueriesContext(connection) as asked:
        (found,) = posts_of.rows(user=post.user_id, day=timezone.localdate())
        assert str(found.node) == str(world.unit)
        assert found.node.region == world.tree.banner
    assert len(asked) == 1


def test_the_sql_is_made_once(world, monkeypatch):
    post = make_post("unit_clerk", world.unit)
    actor_of(post)
    first = (user_of.first(pk=post.user_id), posts_of.rows(user=post.user_id, day=timezone.localdate()), actor_of(post))
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *args, **options: pytest.fail("made again"))
    again = (user_of.first(pk=post.user_id), posts_of.rows(user=post.user_id, day=timezone.localdate()), actor_of(post))
    assert again == first


def test_a_right_counts_at_its_own_node_only(world):
    post = make_post("unit_clerk", world.unit)
    kind = ContentType.objects.get_for_model(world.unit).pk
    assert "budget_see" in held_at.rows(user=post.user_id, kind=kind, node=str(world.unit.pk))
    assert held_at.rows(user=post.user_id, kind=kind, node=str(world.unit.pk + 1)) == []
    assert held_at.rows(user=post.user_id, kind=kind + 1, node=str(world.unit.pk)) == []


def test_a_parameter_that_the_query_does_not_ask_for_is_refused():
    forgetful = Compiled(lambda pk, name: User.objects.filter(pk=pk), pk="number", name="text")
    with pytest.raises(ValueError, match="name"):
        forgetful.rows(pk=1, name="x")


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_over_its_own_connection():
    user, found = UserFactory(), []
    user_of.first(pk=user.pk)

    def ask() -> None:
        found.append(user_of.first(pk=user.pk))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [user]
