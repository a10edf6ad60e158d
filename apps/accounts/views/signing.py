"""Sign-in and what stands in the page head: post, language, unit of amounts."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.accounts import services
from apps.accounts.addresses import wait_of
from apps.accounts.beginning import begin_session, safe_goal
from apps.accounts.forms import PasswordForm, SignInForm
from apps.accounts.middleware import client_address
from apps.accounts.owing import owed_at_sign_in
from apps.audit import services as audit
from imbudget.kit.actor import Actor
from imbudget.kit.middleware import MONEY_COOKIE
from imbudget.kit.views import FormPage

ENDED = {
    "idle": gettext_lazy("You were signed out after %(minutes)d minutes without work. What you had saved is kept."),
    "long": gettext_lazy("A session lasts %(hours)d hours at most. Please sign in again."),
    "elsewhere": gettext_lazy("This session was ended from another place. Please sign in again."),
}


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The first page; offers both languages."""

    form_class = SignInForm
    template_name = "accounts/login.html"
    redirect_authenticated_user = True
    http_method_names = ["get", "head", "post", "options"]  # Django's form views take PUT for POST

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = wait_of(client_address(request))
        if wait:
            services.record_slowed(Actor(None, "", address=client_address(request)), wait)
            return slowed(request, wait)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        owes = owed_at_sign_in(user)
        is_done = settings.SECOND_FACTOR == "off" or (settings.SECOND_FACTOR == "optional" and owes == "enrol")
        if is_done and settings.ONE_SESSION:
            services.bump_epoch(user)
        begin_session(self.request, user, factor=False, owes=owes)
        if is_done:  # else the second factor says so
            services.record_sign_in(Actor(user.pk, user.name, address=client_address(self.request)), user)
        response: HttpResponse = HttpResponseRedirect(self.get_success_url())
        if user.language:
            set_language_cookie(response, user.language)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        # Only failures that axes counted: an empty form is none, and a locked account writes no more of them.
        if getattr(self.request, "axes_failures_since_start", None):
            username = form.cleaned_data.get("username", "")
            actor = Actor(None, "", address=client_address(self.request))
            services.record_failed_sign_in(actor, username, bool(getattr(self.request, "axes_locked_out", False)))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        limits = {"minutes": settings.SESSION_IDLE_SECONDS // 60, "hours": settings.SESSION_ABSOLUTE_SECONDS // 3600}
        ended = ENDED.get(self.request.GET.get("ended", ""))
        said = str(ended) % limits if ended else ""
        return context | {"title": _("sign in"), "ended": said, "idle_minutes": limits["minutes"]}


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many failures: the account (and name with address) waits."""
    return render(request, "accounts/locked.html", {"title": _("locked")}, status=429)


def slowed(request: HttpRequest, wait: int) -> HttpResponse:
    """Too many different names failed from this address: it waits a little, whatever name it tries."""
    response = render(request, "accounts/slowed.html", {"title": _("wait a little"), "wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    audit.record_signed_out(request.actor, "person")
    logout(request)
    return cleared(redirect("accounts:login"))


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the person."""
    services.sign_out_everywhere(request.actor, request.user)
    logout(request)
    return cleared(redirect("accounts:login"))


def cleared(response: HttpResponse) -> HttpResponse:
    """Nothing of what was read stays in the browser (GB/T 22239 8.1.4.9); the chosen language does."""
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
def switch_post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own posts from now on."""
    wanted = request.POST.get("post", "")
    post = next((post for post in request.posts if str(post.pk) == wanted), None)
    if post:
        services.record_switch(request.actor, post)
        request.session["post"] = post.pk
        messages.info(request, _("You now act as %(post)s.") % {"post": post})
    return redirect(settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Chinese or traditional Mongolian, remembered for the person and the browser."""
    language = request.POST.get("language", "")
    response = redirect(safe_goal(request, request.POST.get("next", "")))
    if language in dict(settings.LANGUAGES):
        set_language_cookie(response, language)
        if request.user.is_authenticated:
            services.remember_language(request.actor, request.user, language)
    return response


@require_POST
def set_money_unit(request: HttpRequest) -> HttpResponse:
    """Show amounts in 元 or 万元."""
    response = redirect(safe_goal(request, request.POST.get("next", "")))
    unit = "wan" if request.POST.get("unit") == "wan" else "yuan"
    response.set_cookie(MONEY_COOKIE, unit, max_age=31_536_000, samesite="Lax", httponly=True, secure=settings.SECURE)
    return response


class PasswordPage(FormPage):
    form_class = PasswordForm
    template_name = "accounts/password.html"
    title = gettext_lazy("change the password")
    submit_label = gettext_lazy("change the password")
    success_message = gettext_lazy("The password has been changed. Other sessions were signed out.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def save(self, form: PasswordForm) -> str:
        user, session = self.request.user, self.request.session
        proved, owes = bool(session.get("factor")), session.get("owes", "")
        services.change_password(self.actor, user, form.cleaned_data["new"])
        begin_session(self.request, user, factor=proved, owes=owes)
        return settings.LOGIN_REDIRECT_URL


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """The cookie that Django's own locale middleware reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
