"""What makes a session: the id is new, and it carries what the session guard checks."""

import time
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

BACKEND = "apps.accounts.backends.PostBackend"


def begin_session(request: HttpRequest, user: Any, *, factor: bool, owes: str = "") -> None:
    """Sign the user in and stamp the session; `factor`: the second factor is proved, `owes`: what is still to be done."""
    login(request, user, backend=BACKEND)
    session, now = request.session, time.time()
    session.cycle_key()  # Django leaves the id to whom was signed in already: by the password, before the second factor
    session["epoch"] = user.session_epoch
    session["began"] = session["used"] = session["proved"] = now
    session["owes"] = owes
    session["factor"] = factor
    session.pop("challenge", None)


def safe_goal(request: HttpRequest, address: str, otherwise: str = "/") -> str:
    """An address of this site that a person may be sent on to."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if safe and address.startswith("/") else otherwise
