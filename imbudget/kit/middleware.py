"""Small facts of a request that pages and services need."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

MONEY_COOKIE = "money_unit"


class RequestContextMiddleware:
    """Sets `request.money_unit`; marks pages as private and as different for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.money_unit = "wan" if request.COOKIES.get(MONEY_COOKIE) == "wan" else "yuan"
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response
