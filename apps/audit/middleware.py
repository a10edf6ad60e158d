"""What is refused is written down, and what could not be written down is answered as not done."""

import logging
from collections.abc import Callable
from traceback import walk_tb
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from apps.audit.services import Refusal, record_refusal
from imbudget.kit import errorpages
from imbudget.kit.actor import NOBODY, Actor

alarm = logging.getLogger("imbudget.alarm")
KINDS = {
    400: "audit.unreadable",
    403: "audit.refused",
    404: "audit.not_found",
    413: "audit.unreadable",
    429: "audit.limited",
}
OPENS = {"token", "survey"}  # an address that opens a page by itself does not go into a log
RECORDING = ("apps.audit.services", "apps.evidence.services")


class AuditMiddleware:
    """Outside of all that may refuse: sessions, forged forms, missing rights, rows out of scope, limits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in KINDS:
            try:
                record_refusal(_actor(request), refusal_of(request, response))
            except DatabaseError as error:  # nothing was done, so nothing is taken back
                alarm.critical("a refusal could not be written to the audit log: %s", error)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page that says so where an act failed because it could not be written down; its transaction is undone."""
        if not isinstance(exception, DatabaseError) or not _failed_to_record(exception):
            return None
        alarm.critical("not done, because it could not be recorded: %s %s: %s", request.method, request.path, exception)
        return errorpages.unrecorded(request)


def refusal_of(request: HttpRequest, response: HttpResponse) -> Refusal:
    """What the log says of a refused request: never what was sent, only the address and the row it names."""
    match = request.resolver_match
    arguments = match.kwargs if match else {}
    model = getattr(getattr(match.func, "view_class", None), "model", None) if match else None
    told = getattr(response, "refusal", "")
    return Refusal(
        kind="audit.forged" if told == errorpages.FORGED else KINDS[response.status_code],
        route=match.view_name if match else "",
        method=(request.method or "")[:10],
        status=response.status_code,
        path="" if OPENS & arguments.keys() else request.path[:200],
        reason="" if told == errorpages.FORGED else told,
        subject_type=model._meta.label if model is not None and "pk" in arguments else "",
        subject_id=str(arguments["pk"]) if model is not None and "pk" in arguments else "",
    )


def _actor(request: HttpRequest) -> Actor:
    actor: Any = getattr(request, "actor", NOBODY)
    return actor if actor.user_id else Actor(None, "", address=request.META.get("REMOTE_ADDR") or "")


def _failed_to_record(exception: Exception) -> bool:
    """Whether the failure came through the services that write the logs."""
    return any(
        frame.f_globals.get("__name__", "").startswith(RECORDING) for frame, _line in walk_tb(exception.__traceback__)
    )
