"""The second factor at sign-in, and the page on which a person keeps their own."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import passkeys, proving, services
from apps.accounts.beginning import begin_session, safe_goal
from apps.accounts.factors import address_of, spelled
from apps.accounts.forms import AppForm, PasskeyForm
from apps.accounts.middleware import client_address
from apps.accounts.models import Factor, FactorKind
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict
from imbudget.kit.qr import qr_of
from imbudget.kit.views import ActionPage, FormPage, TemplatePage
from imbudget.kit.views.action import ConfirmForm
from imbudget.kit.views.base import Crumb, KitView


def crumbs_to_security() -> list[Crumb]:
    return [Crumb(_("sign-in security"), reverse("accounts:security"))]


class SecondFactor(KitView):
    """Between password and work: nothing else opens before the second factor is proved."""

    def get(self, request: HttpRequest) -> HttpResponse:
        goal = safe_goal(request, request.GET.get("next", ""))
        if request.session.get("factor") or not request.half_signed_in:
            return redirect(goal)
        return self.show(goal, proving.form_of(request, proving.ways_of(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        goal = safe_goal(request, request.POST.get("next", ""))
        if not request.half_signed_in:
            return redirect(goal)
        ways = proving.ways_of(request)
        form = proving.form_of(request, ways, request.POST)
        if form.is_valid() and proving.holds(request, form, ways):
            finish(request)
            return redirect(goal)
        if not form.errors:
            form.add_error(None, proving.refusal_of(request))
        return self.show(goal, form, 422)

    def show(self, goal: str, form: Any, status: int = 200) -> HttpResponse:
        ways = proving.ways_of(self.request)
        context = {
            "title": _("second factor"),
            "form": form,
            "ways": ways,
            "next": goal,
            "options": proving.passkey_options(self.request, ways),
            "menu": [],
        }
        return TemplateResponse(self.request, "accounts/second_factor.html", context, status=status)


def finish(request: HttpRequest) -> None:
    """The sign-in is complete: another new session id, and the person's other sessions end where one is allowed."""
    user = request.user
    if settings.ONE_SESSION:
        services.bump_epoch(user)
    begin_session(request, user, factor=True)
    services.record_sign_in(Actor(user.pk, user.name, address=client_address(request)), user)


class Security(TemplatePage):
    """What a person proves themselves with."""

    template_name = "accounts/security.html"
    title = gettext_lazy("sign-in security")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        factors = list(user.factors.in_force())
        return super().get_context_data(**kwargs) | {
            "factors": factors,
            "codes_left": user.recovery_codes.filter(used_at=None).count(),
            "may_have_passkeys": passkeys.place_of(self.request) is not None,
            "mode": settings.SECOND_FACTOR,
        }


class OwnFactorMixin:
    """A page that changes second factors: who has some proves one of them first; whoever has none signed in just now."""

    request: HttpRequest

    def setup_page(self) -> None:
        if settings.SECOND_FACTOR == "off":
            raise Http404

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        page = proving.prove_again(request)
        return page or super().post(request, **kwargs)  # type: ignore[misc]

    def enrolled(self) -> HttpResponse:
        """Go on with a session that has proved the new factor; codes for a bad day are shown with the first one."""
        request = self.request
        is_first = request.half_signed_in
        begin_session(request, request.user, factor=True)
        if is_first:
            services.record_sign_in(
                Actor(request.user.pk, request.user.name, address=client_address(request)), request.user
            )
        if request.user.recovery_codes.filter(used_at=None).exists():
            return redirect("accounts:security")
        return show_codes(request, services.new_recovery_codes(request.actor, request.user))


class AppAdd(OwnFactorMixin, FormPage):
    """An authenticator app: a QR code to scan, the key to type, and the first code that it shows."""

    form_class = AppForm
    template_name = "accounts/app_add.html"
    title = gettext_lazy("add an authenticator app")
    submit_label = gettext_lazy("check and add")

    def save(self, form: AppForm) -> HttpResponse | str:
        user, sent = self.request.user, form.cleaned_data
        secret = services.opened_key(user, sent["key"])
        if not secret or not services.confirm_app(self.actor, user, secret, sent["code"]):
            form.add_error("code", proving.refusal_of(self.request))
            return self.show(form, status=422)
        return self.enrolled()

    def get_context_data(self, form: AppForm) -> dict[str, Any]:
        user = self.request.user
        sealed = form.data.get("key", "") if form.is_bound else ""
        secret = services.opened_key(user, sealed)
        if not secret:
            secret, sealed = services.sealed_key(user)
        half = {"menu": []} if self.request.half_signed_in else {}
        return (
            super().get_context_data(form)
            | half
            | {
                "code": qr_of(address_of(secret, user.username, self.request.get_host())),
                "key": spelled(secret),
                "sealed": sealed,
                "is_first": self.request.half_signed_in,
                "may_have_passkeys": passkeys.place_of(self.request) is not None,
            }
        )

    def get_cancel_url(self) -> str:
        return "" if self.request.half_signed_in else reverse("accounts:security")


class PasskeyAdd(OwnFactorMixin, FormPage):
    """A passkey of this browser, a telephone or a security key."""

    form_class = PasskeyForm
    template_name = "accounts/passkey_add.html"
    title = gettext_lazy("add a passkey")
    submit_label = gettext_lazy("make the passkey")

    def allowed(self) -> bool | Verdict:
        if passkeys.place_of(self.request) is None:
            raise PermissionDenied(_("Passkeys need the site's name in the address, and a safe connection (https)."))
        return True

    def save(self, form: PasskeyForm) -> HttpResponse:
        place, challenge = passkeys.place_of(self.request), proving.take_challenge(self.request)
        assert place is not None  # noqa: S101 - asked by `allowed`
        sent = form.cleaned_data
        services.add_passkey(self.actor, self.request.user, sent["passkey"], challenge, place, sent["label"])
        return self.enrolled()

    def get_context_data(self, form: PasskeyForm) -> dict[str, Any]:
        user, place = self.request.user, passkeys.place_of(self.request)
        known = user.factors.in_force().filter(kind=FactorKind.PASSKEY).values_list("credential", flat=True)
        challenge = proving.give_challenge(self.request)
        assert place is not None  # noqa: S101 - asked by `allowed`
        half = {"menu": []} if self.request.half_signed_in else {}
        who = (user.pk, user.username, user.name)
        return (
            super().get_context_data(form)
            | half
            | {"options": passkeys.options_to_make(place, who, list(known), challenge)}
        )

    def get_cancel_url(self) -> str:
        return reverse("accounts:app_add" if self.request.half_signed_in else "accounts:security")


class RecoveryCodes(OwnFactorMixin, FormPage):
    """Makes new recovery codes; the former ones end."""

    form_class = ConfirmForm
    title = gettext_lazy("new recovery codes")
    submit_label = gettext_lazy("make new codes")
    help_text = gettext_lazy("The present codes are good for nothing from then on. The new ones are shown once.")

    def allowed(self) -> bool | Verdict:
        if not services.kinds_of(self.request.user):
            raise PermissionDenied(_("Add a second factor first."))
        return True

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def save(self, form: ConfirmForm) -> HttpResponse:
        return show_codes(self.request, services.new_recovery_codes(self.actor, self.request.user))

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to_security()

    def get_cancel_url(self) -> str:
        return reverse("accounts:security")


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The codes stand in this answer only; it is kept nowhere."""
    context = {"title": _("recovery codes"), "codes": codes}
    return TemplateResponse(request, "accounts/recovery_codes.html", context)


class FactorDrop(OwnFactorMixin, ActionPage):
    """Takes away one of one's own factors."""

    model = Factor
    question = gettext_lazy("Remove this second factor?")
    consequence = gettext_lazy("It opens nothing any more. Other sessions of yours go on.")
    submit_label = gettext_lazy("remove")
    success_message = gettext_lazy("The second factor has been removed.")
    danger = True

    def get_queryset(self) -> Any:
        return Factor.objects.in_force().filter(user=self.request.user)

    def allowed(self, obj: Factor) -> Verdict:
        return ALLOWED

    def act(self, obj: Factor, form: Any) -> str:
        services.drop_factor(self.actor, self.request.user, obj)
        return reverse("accounts:security")

    def get_success_url(self, obj: Factor) -> str:
        return reverse("accounts:security")
