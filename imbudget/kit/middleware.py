"""Small facts of a request that pages and services need."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

MONEY_COOKIE = "money_unit"
POWERS = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
)
POWERS += ("payment", "usb")
HEADS = {
    "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class HeadsMiddleware:
    """What Django does not say itself about an answer: what its page may use of a machine, and who may fetch it.

    The first of all, so that a redirect, a refusal and a static file say it too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for head, value in HEADS.items():
            response.setdefault(head, value)
        response.setdefault("Cache-Control", "no-store")
        return response


class RequestContextMiddleware:
    """Sets `request.money_unit`; marks pages as private and as different for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:  # no name and no code holds it, and the database refuses to be asked for it
            raise Http404
        request.money_unit = "wan" if request.COOKIES.get(MONEY_COOKIE) == "wan" else "yuan"
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response
