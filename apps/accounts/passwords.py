"""Password rules beside Django's own (GB/T 22239 8.1.4.1: complexity, not reused)."""

import re
import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.weak import has_keys_in_a_row, is_made_of_weak_pieces

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
# Without what is mistaken for another sign when it is read from paper.
ONE_TIME_SIGNS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789#%+="
ONE_TIME_LENGTH = 16
RUNS = "0123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm"


class ClassesValidator:
    """At least three of: small letter, capital, digit, sign."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capitals, digits, signs.")


class ContentValidator:
    """No sign-in name inside, and no run such as 1234 or abcd (the built-in check lets `Wang12345678!` pass)."""

    def validate(self, password: str, user: Any = None) -> None:
        small = password.lower()
        name = getattr(user, "username", "").lower()
        if len(name) >= 3 and name in small:
            raise ValidationError(_("The password must not contain the sign-in name."), code="password_name")
        if any(_in_run(small[start : start + 4]) for start in range(len(small) - 3)):
            raise ValidationError(_("The password must not contain runs such as 1234 or abcd."), code="password_run")

    def get_help_text(self) -> str:
        return _("Without your sign-in name and without runs such as 1234 or abcd.")


class WeakValidator:
    """Not guessed from the words, places, years and keys that passwords in Chinese offices are made of (`weak.py`)."""

    def validate(self, password: str, user: Any = None) -> None:
        if has_keys_in_a_row(password):
            raise ValidationError(
                _("The password must not follow keys that lie beside each other, such as 1qaz2wsx."),
                code="password_keys",
            )
        own = [part for part in (getattr(user, "username", ""), getattr(user, "name", "")) if part]
        if is_made_of_weak_pieces(password, own):
            raise ValidationError(
                _("This password is easily guessed: it is made of common words, pinyin, places, names or years."),
                code="password_weak",
            )

    def get_help_text(self) -> str:
        return _(
            "Not made of common words, pinyin, places, names, years or keys beside each other (Nmg@2024, 1qaz2wsx)."
        )


class HistoryValidator:
    """Not the present password and not one of the last five."""

    def validate(self, password: str, user: Any = None) -> None:
        from apps.accounts.services import was_used_before

        if user is not None and user.pk and was_used_before(user, password):
            raise ValidationError(_("This password was used before: choose another one."), code="password_reused")

    def get_help_text(self) -> str:
        return _("Not one of your last five passwords.")


def _in_run(piece: str) -> bool:
    return piece in RUNS or piece[::-1] in RUNS or len(set(piece)) == 1


def one_time_password(user: Any) -> str:
    """A random password that the rules accept; it is shown once and must be changed at the first sign-in."""
    while True:
        password = "".join(secrets.choice(ONE_TIME_SIGNS) for _place in range(ONE_TIME_LENGTH))
        try:
            validate_password(password, user)
        except ValidationError:
            continue
        return password
