"""Sessions carry the epoch they began in; a higher one on the user ends them all."""

from django.core.management import call_command
from django.db.models import F

from apps.accounts.models import User
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act


def bump_epoch(user: User) -> None:
    """End every session of the user."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


@act
def sign_out_everywhere(actor: Actor, user: User) -> None:
    """End every session of the user."""
    bump_epoch(user)
    evidence.append("accounts.signed_out_everywhere", user, actor)


def clear_sessions() -> None:
    """Delete sessions past their end."""
    call_command("clearsessions")
