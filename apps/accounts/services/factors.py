"""Second factors: added, checked, taken away. Wrong ones are counted under the lock of the person's row of attempts."""

import base64
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import factors, passkeys, policies
from apps.accounts.certificates import read_certificate
from apps.accounts.models import Attempts, Factor, FactorKind, RecoveryCode, User
from apps.accounts.services.sessions import bump_epoch
from apps.audit.services import record
from apps.evidence import services as evidence
from imbudget.kit import crypto
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

RECOVERY = "accounts_recoverycode.digest"
SEALED, SEALED_SECONDS = "accounts_factor.sealed", 1800
MOST_FACTORS = 10


def sealed_key(user: User) -> tuple[str, str]:
    """A new key for an authenticator app, and the same sealed for this person: the page carries it until it is confirmed."""
    secret = factors.new_secret()
    text = f"{user.pk}:{int(time.time())}:{secret}"
    return secret, base64.urlsafe_b64encode(crypto.encrypt(text, SEALED)).decode()


def opened_key(user: User, sealed: str) -> str:
    """The key of `sealed_key`; '' where it was sealed for somebody else, too long ago, or not by us."""
    try:
        owner, made, secret = crypto.decrypt(base64.urlsafe_b64decode(sealed), SEALED).split(":")
    except (crypto.DecryptionError, ValueError, UnicodeError):
        return ""
    is_young = time.time() - int(made) < SEALED_SECONDS
    return secret if owner == str(user.pk) and is_young else ""


@act
def confirm_app(actor: Actor, user: User, secret: str, code: str) -> bool:
    """The app shows the right code for this key: from now on it is asked for. False where the code is wrong."""
    attempts = _lock(user)
    if _locked(attempts):
        return False
    factor = Factor(user=user, kind=FactorKind.TOTP, secret=secret)
    step = factors.step_of(secret, factors.typed(code), time.time(), 0)
    if step is None:
        _count(actor, user, attempts, FactorKind.TOTP)
        return False
    factor.counter = step
    _enrol(actor, user, factor)
    return True


@act
def add_passkey(actor: Actor, user: User, answer: str, challenge: bytes, place: passkeys.Place, label: str) -> None:
    """Keep the passkey that the browser has made for this site. Raises RuleViolation where its answer does not hold."""
    _lock(user)
    made = passkeys.registered(answer, challenge, place)
    if Factor.objects.filter(credential=made.credential, ended_at=None).exists():
        raise RuleViolation(_("This passkey is known already."))
    factor = Factor(user=user, kind=FactorKind.PASSKEY, label=label[:100])
    factor.credential, factor.public_key, factor.counter = made.credential, made.public_key, made.counter
    _enrol(actor, user, factor)


@act
def add_certificate(actor: Actor, user: User, pem: str, label: str = "") -> Factor:
    """Bind the certificate of a UKey to a person: the security administrator's work, and not for themselves."""
    require(policies.may_bind(actor, user.pk))
    _lock(user)
    found = read_certificate(pem)
    if not found.holds_at(timezone.now()):
        raise RuleViolation(_("This certificate is not valid now."))
    if Factor.objects.filter(credential=found.fingerprint, ended_at=None).exists():
        raise RuleViolation(_("This certificate is bound to somebody already."))
    factor = Factor(user=user, kind=FactorKind.CERTIFICATE, label=(label or found.subject)[:100])
    factor.credential = found.fingerprint
    _enrol(actor, user, factor)
    return factor


def _enrol(actor: Actor, user: User, factor: Factor) -> None:
    if user.factors.in_force().count() >= MOST_FACTORS:
        raise RuleViolation(_("Ten second factors are enough: remove one first."))
    factor.confirmed_at = timezone.now()
    factor.save()
    bump_epoch(user)  # other sessions of the person have not proved it
    evidence.append("accounts.factor_added", user, actor, username=user.username, kind=factor.kind, factor=factor.pk)


@act
def new_recovery_codes(actor: Actor, user: User) -> list[str]:
    """Eight codes, shown once; the former ones are good for nothing any more."""
    _lock(user)
    user.recovery_codes.all().delete()
    codes = [factors.new_recovery_code() for _number in range(factors.RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    evidence.append("accounts.recovery_codes_made", user, actor, username=user.username, codes=len(codes))
    return codes


@act
def check_code(actor: Actor, user: User, code: str) -> bool:
    """Whether this is the code of now, not used before, or an unused recovery code. Wrong ones count towards a lock."""
    attempts, given = _lock(user), factors.typed(code)
    if _locked(attempts):
        return False
    if len(given) == factors.RECOVERY_LENGTH:
        kind, right = "recovery", _use_recovery(actor, user, given)
    else:
        kind, right = FactorKind.TOTP, _use_app(user, given)
    _settle(actor, user, attempts, kind, right)
    return right


@act
def check_passkey(actor: Actor, user: User, answer: str, challenge: bytes, place: passkeys.Place) -> bool:
    """Whether one of the person's passkeys has signed this challenge."""
    attempts = _lock(user)
    if _locked(attempts):
        return False
    factor = user.factors.in_force().filter(kind=FactorKind.PASSKEY, credential=passkeys.named_in(answer)).first()
    count = passkeys.signed(answer, challenge, place, factor.public_key, factor.counter) if factor else None
    if factor and count is not None:
        _use(factor, count)
    _settle(actor, user, attempts, FactorKind.PASSKEY, count is not None)
    return count is not None


@act
def check_certificate(actor: Actor, user: User, fingerprint: str) -> bool:
    """Whether the certificate with which the connection was made is bound to this person."""
    attempts = _lock(user)
    if _locked(attempts):
        return False
    factor = user.factors.in_force().filter(kind=FactorKind.CERTIFICATE, credential=fingerprint).first()
    if factor:
        _use(factor, factor.counter)
    _settle(actor, user, attempts, FactorKind.CERTIFICATE, factor is not None)
    return factor is not None


@act
def drop_factor(actor: Actor, user: User, factor: Factor) -> None:
    """Take away one of one's own factors; the last one stays where one is required."""
    _lock(user)
    live = user.factors.in_force()
    if settings.SECOND_FACTOR == "required" and not live.exclude(pk=factor.pk).exists():
        raise RuleViolation(_("A second factor is required: add another one before you remove the last."))
    if not live.filter(pk=factor.pk).update(ended_at=timezone.now()):
        raise RuleViolation(_("This second factor has been removed already."))
    if not live.exists():
        user.recovery_codes.all().delete()
    evidence.append("accounts.factor_removed", user, actor, username=user.username, kind=factor.kind, factor=factor.pk)


def take_all(user: User) -> int:
    """End every factor and code of a person, and the sessions; returns how many factors."""
    _lock(user)
    ended = user.factors.filter(ended_at=None).update(ended_at=timezone.now())
    user.recovery_codes.all().delete()
    Attempts.objects.filter(user=user).update(failures=0, locked_until=None)
    bump_epoch(user)
    return ended


@act
def reset_factor(actor: Actor, user: User) -> int:
    """Take all second factors of a person away at the server: for an administrator who has nobody to ask."""
    require(policies.may_reset_at_the_server(actor))
    ended = take_all(user)
    evidence.append("accounts.factor_reset", user, actor, username=user.username, factors=ended)
    return ended


def _lock(user: User) -> Attempts:
    Attempts.objects.get_or_create(user=user)
    return Attempts.objects.select_for_update().get(user=user)


def _locked(attempts: Attempts) -> bool:
    return attempts.locked_until is not None and attempts.locked_until > timezone.now()


def _settle(actor: Actor, user: User, attempts: Attempts, kind: str, right: bool) -> None:
    if not right:
        _count(actor, user, attempts, kind)
    elif attempts.failures or attempts.locked_until:
        attempts.failures, attempts.locked_until = 0, None
        attempts.save()


def _count(actor: Actor, user: User, attempts: Attempts, kind: str) -> None:
    attempts.failures = 1 if attempts.locked_until else attempts.failures + 1
    attempts.locked_until = None
    if attempts.failures >= settings.AXES_FAILURE_LIMIT:
        attempts.locked_until = timezone.now() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts.save()
    locked = attempts.locked_until is not None
    record("accounts.factor_refused", actor, user, succeeded=False, factor=str(kind), locked=locked)


def _use(factor: Factor, counter: int) -> None:
    factor.counter, factor.used_at = counter, timezone.now()
    factor.save(update_fields=["counter", "used_at"])


def _use_app(user: User, code: str) -> bool:
    for factor in user.factors.in_force().filter(kind=FactorKind.TOTP):
        step = factors.step_of(factor.secret, code, time.time(), factor.counter)
        if step is not None:
            _use(factor, step)
            return True
    return False


def _use_recovery(actor: Actor, user: User, code: str) -> bool:
    digest = _digest(user, code)
    used = user.recovery_codes.filter(digest=digest, used_at=None).update(used_at=timezone.now())
    if used:
        left = user.recovery_codes.filter(used_at=None).count()
        evidence.append("accounts.recovery_code_used", user, actor, username=user.username, left=left)
    return bool(used)


def _digest(user: User, code: str) -> bytes:
    return crypto.blind_index(f"{user.pk}:{factors.typed(code)}", RECOVERY)


def is_locked(user: User) -> bool:
    """Whether wrong second factors have locked the person for now."""
    return Attempts.objects.filter(user=user, locked_until__gt=timezone.now()).exists()


def kinds_of(user: Any) -> set[str]:
    """The kinds of second factor that a person can prove."""
    return set(user.factors.in_force().values_list("kind", flat=True))
