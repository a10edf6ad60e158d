"""How often one address may ask for pages that are open to strangers: the public pages, the sign-in page, the language."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from imbudget.kit import errorpages

WINDOW = 60  # seconds
MANY = 100_000  # addresses that are counted at once; a flood of more is for the network to stop


class Rates:
    """Requests of each address within the present minute, in the memory of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._window = -1
        self._counts: dict[str, int] = {}

    def count(self, address: str) -> tuple[int, int]:
        """(requests of this minute with this one, seconds until the next minute)."""
        now = self._clock()
        window, past = divmod(int(now), WINDOW)
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            key = network_of(address)
            if key not in self._counts and len(self._counts) >= MANY:
                return 1, WINDOW - past
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key], WINDOW - past


def network_of(address: str) -> str:
    """What is counted as one place: an address, of IPv6 the 64 bits that one customer is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:45]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))


class RateMiddleware:
    """Refuses with 429 what one address asks for beyond `STRANGERS_PER_MINUTE` of pages that are open to strangers.

    The address is the client's: behind listed web servers the one they tell (`ClientAddressMiddleware`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.rates = Rates()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        most = settings.STRANGERS_PER_MINUTE
        if not most or getattr(view, "login_required", True):
            return None
        asked, wait = self.rates.count(request.META.get("REMOTE_ADDR") or "")
        if asked <= most:
            return None
        language = kwargs.get("language")
        with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
            return errorpages.too_often(request, wait)
