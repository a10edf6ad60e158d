"""Session limits, language and the actor of each request."""

import time
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.accounts.actors import actor_of, posts_of
from imbudget.kit.actor import NOBODY, Actor

GetResponse = Callable[[HttpRequest], HttpResponse]
STAMP_EVERY = 60  # seconds between two writes of the session's last use


class LanguageMiddleware(LocaleMiddleware):
    """Django's choice of language; the answer names it by its full tag."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if response.get("Content-Language") == "mvf":
            response["Content-Language"] = "mn-Mong-CN"
        return response


class SessionGuardMiddleware:
    """Ends a session after 30 idle minutes, after 8 hours, or when signed out elsewhere; old passwords first.

    A page that polls by itself sends `X-Background: 1` and does not count as use.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        ended = self._ended(request)
        if ended:
            logout(request)
            return self._away(request, f"{reverse('accounts:login')}?ended={ended}")
        if self._password_is_due(request):
            return self._away(request, reverse("accounts:password"))
        return self.get_response(request)

    def _ended(self, request: HttpRequest) -> str:
        session, now = request.session, time.time()
        if session.get("epoch") != request.user.session_epoch:
            return "elsewhere"
        if now - session.get("began", 0) > settings.SESSION_ABSOLUTE_SECONDS:
            return "long"
        if now - session.get("used", 0) > settings.SESSION_IDLE_SECONDS:
            return "idle"
        if not request.headers.get("X-Background") and now - session["used"] > STAMP_EVERY:
            session["used"] = now
        return ""

    def _password_is_due(self, request: HttpRequest) -> bool:
        user = request.user
        if request.path in {reverse("accounts:password"), reverse("accounts:logout"), reverse("accounts:language")}:
            return False
        changed = user.password_changed_at
        expired = changed is None or (timezone.now() - changed).days >= settings.PASSWORD_MAX_AGE_DAYS
        return user.must_change_password or expired

    def _away(self, request: HttpRequest, address: str) -> HttpResponse:
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = address
            return response
        return redirect(address)


class ActorMiddleware:
    """Sets `request.actor` from the session's active post, and `request.posts` for the switch in the head."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts, request.actor = [], NOBODY
        if request.user.is_authenticated:
            # Without a post one may do nothing but still has a name: a changed password must say whose act it was.
            request.actor = Actor(request.user.pk, request.user.name, address=client_address(request))
            held = posts_of.rows(user=request.user.pk, day=timezone.localdate())
            request.posts = [post for post in held if post.is_genuine]
            self._choose(request)
        return self.get_response(request)

    def _choose(self, request: HttpRequest) -> None:
        if not request.posts:
            return
        wanted = request.session.get("post")
        post = next((post for post in request.posts if post.pk == wanted), request.posts[0])
        post.user = request.user
        request.actor = actor_of(post, client_address(request))


class ClientAddressMiddleware:
    """Puts the client's address in place of the web server's in front of us, whose word is taken only when listed.

    Everything that names an address (evidence, history, locks after failed sign-ins) reads `REMOTE_ADDR`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Real-IP", "")
        if told and request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES and _is_address(told):
            request.META["REMOTE_ADDR"] = told
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def client_address(request: HttpRequest) -> str:
    """The address of the client (`ClientAddressMiddleware` has put it there)."""
    return request.META.get("REMOTE_ADDR") or ""
