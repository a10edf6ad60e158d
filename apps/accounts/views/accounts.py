"""Accounts that somebody should look at."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.accounts import policies
from apps.accounts.filters import UNUSED, AccountFilter
from apps.accounts.models import User
from apps.accounts.tables import AccountTable
from imbudget.kit.errors import require
from imbudget.kit.views import ListPage


class AccountsToLookAt(ListPage):
    """Not used for long, without a post, perhaps shared: the system administrator switches them off in the administration."""

    model = User
    table = AccountTable
    filters = AccountFilter
    title = gettext_lazy("accounts to look at")
    empty_text = gettext_lazy("There is no such account.")

    def get_queryset(self) -> Any:
        require(policies.may_look_at_accounts(self.actor))
        return User.objects.all()

    def initial_query(self) -> dict[str, Any]:
        return {"what": UNUSED}
