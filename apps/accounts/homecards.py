"""What waits for each of the three administrators, on the page they begin with."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.filters import LEFT, UNUSED
from apps.accounts.models import FactorLoss, PostProposal
from apps.accounts.models.proposals import Decided, Decision
from apps.accounts.selectors import unused_since, without_post
from imbudget.kit.actor import Actor
from imbudget.kit.registry import HomeCard, HomeLine, HomeSource


def of_security(actor: Actor) -> HomeCard:
    """Posts and losses that a second person decides. Two queries."""
    lines = [_waiting(PostProposal), _waiting(FactorLoss)]
    return HomeCard(_("waits for the second person"), tuple(line for line in lines if line.count))


def of_accounts(actor: Actor) -> HomeCard:
    """Accounts that nobody uses, and those whose person has left. Two queries."""
    unused = unused_since(timezone.now() - timedelta(days=settings.DORMANT_DAYS))
    lines = (
        HomeLine(_("not used for long"), unused.count(), _accounts(UNUSED), "warn"),
        HomeLine(_("without a post: the person has left or moved"), without_post().count(), _accounts(LEFT), "warn"),
    )
    return HomeCard(_("accounts to look at"), tuple(line for line in lines if line.count))


def _waiting(model: type[Decided]) -> HomeLine:
    """Named as the administration names its list."""
    address = reverse(f"admin:accounts_{model._meta.model_name}_changelist")
    rows = model._default_manager.filter(state=Decision.WAITING)
    label = str(model._meta.verbose_name_plural)
    return HomeLine(label, rows.count(), f"{address}?{urlencode({'state__exact': Decision.WAITING})}", "late")


def _accounts(what: str) -> str:
    return f"{reverse('accounts:accounts')}?{urlencode({'what': what})}"


ANY = frozenset({"", "auditor"})
CARDS = {
    "accounts.security": HomeSource("accounts", "security.administer", ANY, of_security),
    "accounts.system": HomeSource("accounts", "system.administer", ANY, of_accounts),
    "accounts.audit": HomeSource("accounts", "audit.administer", ANY, of_accounts),
}
