"""What a session still owes before any work: the code of the second factor, or a first second factor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import Factor

CODE = "accounts:second_factor"
ENROL = "accounts:app_add"


def factor_owed(request: HttpRequest) -> str:
    """The page of the second factor that comes first, or ''. Costs a query only while nothing is known of the session."""
    mode, session = settings.SECOND_FACTOR, request.session
    if mode == "off" or session.get("factor"):
        return ""
    known = session.get("owes")
    if known is None and mode == "required":
        known = session["owes"] = owed_at_sign_in(request.user)
    return {"code": CODE, "enrol": ENROL if mode == "required" else ""}.get(known or "", "")


def owed_at_sign_in(user: Any) -> str:
    """`code` for whom a second factor is known, `enrol` for whom none is."""
    return "code" if Factor.objects.in_force().filter(user=user).exists() else "enrol"
