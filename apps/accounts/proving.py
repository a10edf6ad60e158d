"""Proving who one is, again: at sign-in by the second factor, and before a signature.

A signature page is not left for it. Its POST is answered by the page that asks, which carries what was sent in hidden
fields; with the proof beside them it goes to the same address once more, and the signature is given there. So nothing of
what was filled in is lost, and a signature of many rows asks once.
"""

import base64
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.accounts import passkeys
from apps.accounts.forms import ProofForm
from apps.accounts.models import FactorKind
from apps.accounts.selectors import is_asked_before
from apps.accounts.services import factors as services
from apps.accounts.services import people

CHALLENGE_SECONDS = 300
OWN = ("csrfmiddlewaretoken", "proof-code", "proof-password", "proof-passkey", "proof-certificate")


@dataclass(frozen=True, slots=True)
class Ways:
    """How this person can prove themselves in this request."""

    password: bool  # instead of a second factor, or along with a certificate
    code: bool
    passkey: bool
    certificate: bool


def ways_of(request: HttpRequest) -> Ways:
    """A second factor where there is one, else the password (where the setting lets people have none)."""
    kinds = set() if settings.SECOND_FACTOR == "off" else services.kinds_of(request.user)
    return Ways(
        password=not kinds,
        code=FactorKind.TOTP in kinds or bool(kinds),  # recovery codes go with every kind
        passkey=FactorKind.PASSKEY in kinds and passkeys.place_of(request) is not None,
        certificate=FactorKind.CERTIFICATE in kinds and bool(request.certificate),
    )


def is_fresh(request: HttpRequest) -> bool:
    """Whether the session's last proof is younger than the setting asks."""
    return 0 <= time.time() - request.session.get("proved", 0) < settings.SIGN_AGAIN_MINUTES * 60


def remember(request: HttpRequest) -> None:
    """This session has just proved who it is."""
    request.session["proved"] = time.time()


def form_of(request: HttpRequest, ways: Ways, data: Any = None, signing: bool = False) -> ProofForm:
    """What asks for the proof. A UKey that stays plugged in signs nothing by itself: a signature wants the password too."""
    return ProofForm(data, ways=ways, with_password=signing and ways.certificate)


def passkey_options(request: HttpRequest, ways: Ways) -> str:
    """What the browser is to sign, with a challenge that the session remembers; '' where no passkey can be asked for."""
    place = passkeys.place_of(request)
    if not ways.passkey or place is None:
        return ""
    known = request.user.factors.in_force().filter(kind=FactorKind.PASSKEY).values_list("credential", flat=True)
    return passkeys.options_to_sign(place, list(known), give_challenge(request))


def give_challenge(request: HttpRequest) -> bytes:
    challenge = passkeys.new_challenge()
    request.session["challenge"] = [base64.b64encode(challenge).decode(), time.time()]
    return challenge


def take_challenge(request: HttpRequest) -> bytes:
    """The challenge that this session was given, once and for five minutes; b'' otherwise."""
    given = request.session.pop("challenge", None)
    if not given or time.time() - given[1] > CHALLENGE_SECONDS:
        return b""
    return base64.b64decode(given[0])


def holds(request: HttpRequest, form: ProofForm, ways: Ways) -> bool:
    """Whether the proof that was sent is right. Each wrong one is counted and written down."""
    sent = form.cleaned_data
    if sent.get("passkey") and ways.passkey:
        return _passkey_holds(request, sent["passkey"])
    if sent.get("certificate") and ways.certificate:
        is_right = not form.with_password or _password_holds(request, sent.get("password", ""))
        return is_right and services.check_certificate(request.actor, request.user, request.certificate)
    if ways.password:
        return _password_holds(request, sent.get("password", ""))
    return bool(sent.get("code")) and services.check_code(request.actor, request.user, sent["code"])


def _passkey_holds(request: HttpRequest, answer: str) -> bool:
    place, challenge = passkeys.place_of(request), take_challenge(request)
    if place is None or not challenge:
        return False
    return services.check_passkey(request.actor, request.user, answer, challenge, place)


def _password_holds(request: HttpRequest, password: str) -> bool:
    """By the backends of the sign-in, so that wrong ones count towards the same lock."""
    name = request.user.get_username()
    if password and authenticate(request, username=name, password=password):
        return True
    if getattr(request, "axes_failures_since_start", None):
        people.record_failed_sign_in(request.actor, name, bool(getattr(request, "axes_locked_out", False)))
    return False


def refusal_of(request: HttpRequest) -> str:
    """What is said of a proof that does not hold."""
    if services.is_locked(request.user):
        return _("Too many wrong second factors: wait 15 minutes, or ask the system administrator.")
    return _("This does not hold: the code is wrong, was used already or is too old. Try the next one.")


def ask_again(request: HttpRequest, acts: Iterable[str]) -> HttpResponse | None:
    """None where none of these signatures asks, or as `prove_again` says."""
    return None if is_fresh(request) or not is_asked_before(acts) else prove_again(request)


def prove_again(request: HttpRequest) -> HttpResponse | None:
    """None where the session has proved itself a short while ago, or does so now; else the page that asks."""
    if is_fresh(request):
        return None
    ways, status = ways_of(request), 200
    form = form_of(request, ways, signing=True)
    if any(name in request.POST for name in OWN[1:]):
        form = form_of(request, ways, request.POST, signing=True)
        if form.is_valid() and holds(request, form, ways):
            remember(request)
            people.record_proof(request.actor, request.user)
            return None
        status = 422
        if not form.errors:
            form.add_error(None, _("The password is wrong.") if ways.password else refusal_of(request))
    sent = [(name, value) for name, values in request.POST.lists() if name not in OWN for value in values]
    context = {
        "title": _("prove who you are"),
        "form": form,
        "ways": ways,
        "sent": sent,
        "options": passkey_options(request, ways),
        "minutes": settings.SIGN_AGAIN_MINUTES,
    }
    return TemplateResponse(request, "accounts/prove.html", context, status=status)
