"""Error pages that say what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

FORGED = "forged"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere."""
    response = render(request, "errors/csrf.html", status=403)
    response.refusal = FORGED
    return response


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """More was sent than the server takes, or it cannot be read."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Inside the scope, but not allowed: the reason is shown."""
    response = render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)
    response.refusal = str(exception or "")  # for the audit log
    return response


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not there, or outside the scope: the page does not say which."""
    return render(request, "errors/404.html", status=404)


def unrecorded(request: HttpRequest) -> HttpResponse:
    """What must be written down could not be, so it was not done. Rendered as `broken` is, and for the same reason."""
    return HttpResponse(render_to_string("errors/503.html"), status=503)


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours; nothing of the act was kept. Rendered without context processors: they may be what broke."""
    return HttpResponseServerError(render_to_string("errors/500.html"))


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """One address asks for more pages than the server gives to one; `wait` in seconds until it may ask again."""
    response = render(request, "errors/429.html", status=429)
    response.headers["Retry-After"] = str(wait)
    return response
