"""Sign-in and password forms."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import ROLES
from apps.accounts.selectors import clearances, rules_of_signatures, signatures
from imbudget.kit.classification import Level
from imbudget.kit.forms import TextField
from imbudget.kit.signatures import Asks


class SignInForm(AuthenticationForm):
    """Name and password; the message never tells whether the name exists. However the name is typed, it is one name."""

    username = forms.CharField(
        label=_("sign-in name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": _(
            "The sign-in name or the password is wrong. After five failures the account is locked for 15 minutes."
        ),
        "inactive": _(
            "The sign-in name or the password is wrong. After five failures the account is locked for 15 minutes."
        ),
    }


class PasswordForm(forms.Form):
    """The present password and a new one, twice."""

    present = forms.CharField(
        label=_("present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label=_("new password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("new password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, user: User, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user
        self.fields["new"].help_text = " ".join(password_validation.password_validators_help_texts())

    def clean_present(self) -> str:
        if not self.user.check_password(self.cleaned_data["present"]):
            raise ValidationError(_("The present password is wrong."))
        return self.cleaned_data["present"]

    def clean_new(self) -> str:
        password_validation.validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return cleaned


class ProofForm(forms.Form):
    """A code, the signature of a passkey, a certificate, or the password: one of them is enough."""

    code = TextField(
        label=_("code of the authenticator app, or a recovery code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("password"),
        strip=False,
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    certificate = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, ways: Any, with_password: bool = False) -> None:
        super().__init__(data, prefix="proof")
        self.with_password = with_password
        shown = {"code": ways.code, "passkey": ways.passkey, "password": ways.password or with_password}
        for name, is_shown in shown.items():
            if not is_shown:
                del self.fields[name]


class AppForm(forms.Form):
    """The first code of an authenticator app: it proves that the key has arrived there."""

    code = TextField(
        label=_("the six digits that the app shows"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )
    key = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)


class PasskeyForm(forms.Form):
    """A passkey that the browser has just made, and what its owner calls it."""

    label = TextField(label=_("name of the passkey"), max_length=100, help_text=_("such as “telephone” or “desk”"))
    passkey = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class SignaturesForm(forms.Form):
    """Every signature with a tick where it asks again; those that always do are named and cannot be switched off."""

    asked = forms.MultipleChoiceField(
        label=_("asked again who signs"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "many"})
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data)
        known, field = signatures(), self.fields["asked"]
        free = [(key, str(one.label)) for key, one in known.items() if one.asks != Asks.ALWAYS]
        fixed = sorted(str(one.label) for one in known.values() if one.asks == Asks.ALWAYS)
        field.choices = sorted(free, key=lambda pair: pair[1])  # type: ignore[attr-defined]
        field.initial = [key for key, asks in rules_of_signatures().items() if asks]
        field.help_text = gettext("Always asked: %(names)s.") % {"names": pgettext("list", ", ").join(fixed)}


class ClearancesForm(forms.Form):
    """The label of each role whose grants let it see protected values."""

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data)
        choices = [(level.value, level.label) for level in (Level.IMPORTANT, Level.PERSONAL, Level.SENSITIVE)]
        for role, level in clearances().items():
            if ROLES[role].administrator:  # nobody gives a label to the own role, and there is nobody above
                continue
            self.fields[role] = forms.ChoiceField(label=ROLES[role].label, choices=choices, initial=level.value)
