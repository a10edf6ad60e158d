"""How often one address may ask for pages that are open to strangers: the public pages, the sign-in page, the language."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from imbudget.kit import errorpages, registry

WINDOW = 60  # seconds
STEPS = (
    30  # so often in a whole limit a process asks what the others have counted: an ordinary visitor costs no question
)
MANY = 100_000  # addresses that are counted at once; a flood of more is for the network to stop


Shared = Callable[[str, str, int, float], int]


class Rates:
    """Requests of each address within the present minute: those of this process, and at each step those of all (`shared`)."""

    def __init__(self, clock: Callable[[], float] = time.time, shared: Shared | None = None) -> None:
        self._clock, self._shared = clock, shared
        self._lock = Lock()
        self._window = -1
        self._counts: dict[str, int] = {}
        self._others: dict[str, int] = {}  # what the other processes had counted at the last step

    def count(self, address: str, step: int = 1) -> tuple[int, int]:
        """(requests of this minute with this one, seconds until the next minute).

        Each `step` requests of an address the others are asked, so that all together are never more than a step for each
        process beyond what is told here.
        """
        now = self._clock()
        window, past = divmod(int(now), WINDOW)
        key = network_of(address)
        with self._lock:
            if window != self._window:
                self._window, self._counts, self._others = window, {}, {}
            if key not in self._counts and len(self._counts) >= MANY:
                return 1, WINDOW - past
            own = self._counts[key] = self._counts.get(key, 0) + 1
            others = self._others.get(key, 0)
        if self._shared is not None and own % step == 0:
            others = max(0, self._shared(f"strangers:{window}", key, step, 2 * WINDOW) - own)
            with self._lock:
                if window == self._window:
                    self._others[key] = others
        return own + others, WINDOW - past


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
        self.rates = Rates(shared=lambda *asked: registry.counted.get()(*asked))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        most = settings.STRANGERS_PER_MINUTE
        if not most or getattr(view, "login_required", True):
            return None
        asked, wait = self.rates.count(request.META.get("REMOTE_ADDR") or "", max(1, most // STEPS))
        if asked <= most:
            return None
        language = kwargs.get("language")
        with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
            return errorpages.too_often(request, wait)
