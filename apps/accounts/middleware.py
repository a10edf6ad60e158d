"""Session limits, language and the actor of each request."""

import time
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.accounts.actors import actor_of, posts_of
from apps.accounts.certificates import fingerprint_told
from apps.accounts.owing import CODE, ENROL, factor_owed
from apps.audit import services as audit
from imbudget.kit.actor import NOBODY, Actor

GetResponse = Callable[[HttpRequest], HttpResponse]
PASSWORD = "accounts:password"  # noqa: S105 - a page
BESIDE = {ENROL: ("accounts:passkey_add",)}
STAMP_EVERY = 60  # seconds between two writes of the session's last use


class LanguageMiddleware(LocaleMiddleware):
    """Django's choice of language; the answer names it by its full tag."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if response.get("Content-Language") == "mvf":
            response["Content-Language"] = "mn-Mong-CN"
        return response


def _open_to(owed: str) -> set[str]:
    """The pages that are open while something is owed."""
    return {reverse(name) for name in (owed, "accounts:logout", "accounts:language", *BESIDE.get(owed, ()))}


class SessionGuardMiddleware:
    """Ends a session when idle or old for too long, or when signed out elsewhere; what is owed at sign-in comes first.

    A page that polls by itself sends `X-Background: 1` and does not count as use.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        ended = self._ended(request)
        if ended:
            user = request.user
            audit.record_signed_out(Actor(user.pk, user.name, address=client_address(request)), ended)
            logout(request)
            return self._away(request, f"{reverse('accounts:login')}?ended={ended}")
        owed = self._owed(request)
        if owed and request.path not in _open_to(owed):
            goal = request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else ""
            query = f"?{urlencode({'next': goal})}" if owed == CODE and goal not in {"", "/"} else ""
            return self._away(request, reverse(owed) + query)
        request.half_signed_in = owed in {CODE, ENROL}
        return self.get_response(request)

    def _owed(self, request: HttpRequest) -> str:
        """The page that comes before any work: the second factor, a new password, a first second factor."""
        factor = factor_owed(request)
        if factor == CODE:
            return CODE
        return PASSWORD if self._password_is_due(request) else factor

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
            if not request.half_signed_in:
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

    Of the certificate of a UKey (`settings.CLIENT_CERTIFICATE_HEADER`) that server's word is taken likewise.
    Everything that names an address (evidence, history, locks after failed sign-ins) reads `REMOTE_ADDR`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Real-IP", "")
        is_trusted = request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES
        request.certificate = ""
        if is_trusted and settings.CLIENT_CERTIFICATE_HEADER:
            request.certificate = fingerprint_told(request.headers, settings.CLIENT_CERTIFICATE_HEADER, timezone.now())
        if told and is_trusted and _is_address(told):
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
