"""Requests per second of the list of budget lines against Django's bare change list over the same rows.

    python -m benchmarks.serving [--lines 100000]

Both are served by the same gunicorn with the production settings, to the same signed-in officer of the busiest league,
50 rows of the same columns a page. `list` is the whole page, `turn` the part that turning a page fetches.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import harness

SECONDS, ROUNDS, CLIENTS = 5.0, 3, 4
PAGES = {
    "list": ("/budget/lines/", {}),
    "turn": ("/budget/lines/?year=2027&round=first_up&cursor=last", {"HX-Request": "true"}),
    "bare": ("/bare/budget/budgetline/", {}),
}


def main() -> None:
    """Print the claims; `--lines` counts all lines of five years."""
    from benchmarks.regionfill import region_product

    asked = harness.lines_asked()
    with region_product(units=max(116, asked // 300), lines=60, years=5) as lines:
        claims(lines)


def claims(lines: int) -> None:
    """The pages in turns, each for some seconds; the medians of the rounds are compared."""
    cookie = session_of_an_officer()
    with gunicorn() as port:
        rates: dict[str, list[float]] = {name: [] for name in PAGES}
        for name in PAGES:
            get(port, *PAGES[name], cookie)
        for _round in range(ROUNDS):
            for name, (address, heads) in PAGES.items():
                rates[name].append(rate(port, address, heads, cookie))
    middle = {name: sorted(values)[len(values) // 2] for name, values in rates.items()}
    for name in ("list", "turn"):
        values = {
            "claim": f"serving.{name}",
            "product_rps": round(middle[name], 1),
            "bare_admin_rps": round(middle["bare"], 1),
            "ratio": round(middle[name] / middle["bare"], 2),
            "lines": lines,
        }
        print(json.dumps(values), flush=True)


def session_of_an_officer() -> str:
    """The session cookie of a new officer of the league with the most lines."""
    from django.db.models import Count

    from apps.budget.models import BudgetLine
    from apps.regions.models import Region

    busy = BudgetLine.objects.values("league_id").annotate(n=Count("pk")).order_by("-n")[0]["league_id"]
    return session_of("league_officer", Region.objects.get(pk=busy))


def session_of(role: str, node: Any) -> str:
    """The session cookie of a new holder of a role at a node."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from apps.accounts.models import User
    from apps.accounts.services import appoint
    from imbudget.kit.actor import system_actor

    username = f"benchmark{User.objects.count()}"
    user = User.objects.create(
        username=username, name=username, must_change_password=False, password_changed_at=timezone.now()
    )
    appoint(system_actor("benchmark"), user, role, node)
    session = SessionStore()
    session.update(
        {
            "_auth_user_id": str(user.pk),
            "_auth_user_backend": "apps.accounts.backends.PostBackend",
            "_auth_user_hash": user.get_session_auth_hash(),
            "epoch": user.session_epoch,
            "began": time.time(),
            "used": time.time(),
        }
    )
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def gunicorn() -> Iterator[int]:
    """The web server as operations start it; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "imbudget.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.serving_settings"}
    server = subprocess.Popen([*command, "--workers", "2", "--log-level", "error"], env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int) -> None:
    """Until the server listens; a minute at most."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("gunicorn does not listen")


def get(port: int, address: str, heads: dict[str, str], cookie: str) -> int:
    """One request; returns the length of the page, which must hold 50 rows."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers={"Cookie": cookie, **heads})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == 200, (address, response.status)
    assert body.count(b"<tr") >= 51, address
    return len(body)


def rate(port: int, address: str, heads: dict[str, str], cookie: str) -> float:
    """Requests per second that some clients get answered."""
    done, until = [], time.monotonic() + SECONDS

    def client() -> None:
        while time.monotonic() < until:
            done.append(get(port, address, heads, cookie))

    clients: list[Any] = [threading.Thread(target=client) for _ in range(CLIENTS)]
    start = time.monotonic()
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    return len(done) / (time.monotonic() - start)


if __name__ == "__main__":
    main()
