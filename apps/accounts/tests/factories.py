"""Users with their posts, their actors, and signing in as they do."""

import time
from typing import Any

import factory
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post, User
from apps.accounts.services import appoint
from imbudget.kit.actor import Actor, system_actor

ACTOR = system_actor("tests")
PASSWORD = "Caoyuan#Mengu27"


class UserFactory(factory.django.DjangoModelFactory):
    """Someone who can sign in; traits by situation."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        newcomer = factory.Trait(must_change_password=True, password_changed_at=None)
        gone = factory.Trait(is_active=False)

    username = factory.Sequence(lambda number: f"user{number}")
    name = factory.Sequence(lambda number: f"用户{number}")
    password = factory.django.Password(PASSWORD)
    must_change_password = False
    password_changed_at = factory.LazyFunction(timezone.now)


def make_post(role: str, node: Any, user: User | None = None, **dates: Any) -> Post:
    """A post given by the service that gives them all; its user is made when none is named."""
    post = appoint(ACTOR, user or UserFactory(), role, node, **dates)
    return Post.objects.with_nodes().select_related("user").get(pk=post.pk)


def make_actor(role: str, node: Any, user: User | None = None, **dates: Any) -> Actor:
    """The actor of a new post."""
    return actor_of(make_post(role, node, user, **dates), "10.0.0.1")


def sign_in(client: Client, user: User, post: Post | None = None) -> Client:
    """A session as `accounts.views.begin_session` leaves it, without the sign-in page and what follows a sign-in.

    Counting failures and the time of the last sign-in take twenty statements; tests of these go by the page.
    """
    now = time.time()
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "apps.accounts.backends.PostBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "epoch": user.session_epoch,
            "began": now,
            "used": now,
            "proved": now,
        }
    )
    if post is not None:
        session["post"] = post.pk
    session.save(must_create=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def client_of(role: str, node: Any) -> Client:
    """A browser in which a new holder of the role is signed in."""
    post = make_post(role, node)
    return sign_in(Client(), post.user)
