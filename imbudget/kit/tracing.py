"""The id of a request: in its answer, in every log line, in every audit record, so that the three are found together."""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[0-9A-Za-z-]{8,32}")
_current: ContextVar[str] = ContextVar("trace", default="")


def current() -> str:
    """The id of the request at work; '' outside of one."""
    return _current.get()


class TraceFilter(logging.Filter):
    """Gives each log line the id of its request, as `trace`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.trace = current() or "-"
        return True


class TraceMiddleware:
    """First of all: takes the id that a trusted server in front has given, else makes one; answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        trusted = request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES and GIVEN.fullmatch(given)
        trace = given if trusted else uuid.uuid4().hex
        token = _current.set(trace)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response[HEADER] = trace
        return response
