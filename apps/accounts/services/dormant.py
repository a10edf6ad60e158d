"""Accounts that nobody uses any more are switched off by the clock, where the setting says so."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.roles import ROLES
from apps.accounts.selectors import unused_since
from apps.accounts.services.sessions import bump_epoch
from apps.evidence import services as evidence
from imbudget.kit.actor import system_actor

ADMINISTRATORS = [role.code for role in ROLES.values() if role.administrator]


def switch_off_dormant() -> int:
    """Switch off who has not signed in for `DORMANT_OFF_DAYS`; returns how many. An administrator is only reported:
    with the last one of a kind switched off nobody could switch anything on."""
    if not settings.DORMANT_OFF_DAYS:
        return 0
    since = timezone.now() - timedelta(days=settings.DORMANT_OFF_DAYS)
    actor, count = system_actor("clock"), 0
    for user in unused_since(since).exclude(posts__role__in=ADMINISTRATORS):
        with transaction.atomic():
            # Whoever signs in at this moment is not switched off.
            if unused_since(since).filter(pk=user.pk).update(is_active=False):
                bump_epoch(user)
                evidence.append("accounts.dormant_deactivated", user, actor, username=user.username)
                count += 1
    return count
