"""Passkeys (WebAuthn): what the browser is asked, and whether its answer holds."""

import json
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import webauthn
from django.utils.translation import gettext as _
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from imbudget.kit.errors import RuleViolation

MOST = 20_000  # characters of an answer
WRONG = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Place:
    """The site for which passkeys are good: its host name, and its origin as the browser tells it."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey, as it is kept."""

    credential: str
    public_key: str
    counter: int


def place_of(request: Any) -> Place | None:
    """Where passkeys of this request belong; None where browsers know none: an address instead of a name, or no TLS."""
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        is_safe = request.is_secure() or name == "localhost"
        return Place(name, f"{request.scheme}://{host}") if is_safe else None
    return None


def new_challenge() -> bytes:
    return secrets.token_bytes(32)


def options_to_make(place: Place, user: tuple[int, str, str], known: list[str], challenge: bytes) -> str:
    """What the browser needs to make a passkey for a person (number, sign-in name, name), as JSON."""
    number, username, name = user
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=place.host,
        user_id=str(number).encode(),
        user_name=username,
        user_display_name=name,
        challenge=challenge,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return webauthn.options_to_json(options)


def options_to_sign(place: Place, known: list[str], challenge: bytes) -> str:
    """What the browser needs to sign the challenge with one of the known passkeys, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=place.host,
        challenge=challenge,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def registered(answer: str, challenge: bytes, place: Place) -> Made:
    """The passkey that the browser has made; raises RuleViolation where the answer does not hold."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer[:MOST],
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except WRONG as error:
        raise RuleViolation(_("The browser's answer does not hold: try again.")) from error
    return Made(
        bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key), found.sign_count
    )


def named_in(answer: str) -> str:
    """Which passkey an answer says to be from, or '' where it says nothing."""
    try:
        name = json.loads(answer[:MOST])["id"]
    except (*WRONG, RecursionError):
        return ""
    return name if isinstance(name, str) and name and "\0" not in name else ""


def signed(answer: str, challenge: bytes, place: Place, public_key: str, counter: int) -> int | None:
    """The passkey's count after a signature that holds; None where it does not."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer[:MOST],
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=counter,
            require_user_verification=True,
        )
    except WRONG:
        return None
    return found.new_sign_count


def _described(known: list[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(name)) for name in known]
