"""Pages of signing in, of second factors, and of accounts that need looking at."""

from apps.accounts.views.accounts import AccountsToLookAt
from apps.accounts.views.factors import (
    AppAdd,
    FactorDrop,
    PasskeyAdd,
    RecoveryCodes,
    SecondFactor,
    Security,
)
from apps.accounts.views.rules import Clearances, Signatures
from apps.accounts.views.signing import (
    PasswordPage,
    SignIn,
    locked_out,
    set_language,
    set_money_unit,
    sign_out,
    sign_out_everywhere,
    switch_post,
)

__all__ = [
    "AccountsToLookAt",
    "AppAdd",
    "Clearances",
    "FactorDrop",
    "PasskeyAdd",
    "PasswordPage",
    "RecoveryCodes",
    "SecondFactor",
    "Security",
    "SignIn",
    "Signatures",
    "locked_out",
    "set_language",
    "set_money_unit",
    "sign_out",
    "sign_out_everywhere",
    "switch_post",
]
