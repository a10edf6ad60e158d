"""What the sandbox is told when it starts."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from apps.disbursement.sandbox.accounts import Ledger
from apps.disbursement.sandbox.desk import Desk, desk_of
from apps.disbursement.sandbox.journal import Journal
from apps.disbursement.sandbox.server import SandboxServer
from apps.disbursement.sandbox.stamps import SandboxStamp, trusted
from apps.disbursement.sandbox.temper import Temper

HELP = "A treasury to try against, over HTTP: takes payment orders, pays or refuses them, answers as badly as it is told to."
FAULTS = ("late", "twice", "never", "shuffled", "failing", "differing")


def add_arguments(parser: ArgumentParser) -> None:
    """All of them have a use of their own; without any, everybody is paid at once."""
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument(
        "--accounts", type=Path, help="JSON of payees and treasury accounts; without it everybody is paid"
    )
    parser.add_argument("--journal", type=Path, help="what is booked is kept here and known again after a kill")
    parser.add_argument(
        "--treasuries", nargs="*", default=[], help="places (…/<place>/messages) with accounts and a journal each"
    )
    parser.add_argument("--journals", type=Path, help="folder of the journals of --treasuries")
    parser.add_argument("--key-file", type=Path, help="a file with the key, instead of --key")
    parser.add_argument(
        "--trust", type=Path, help="JSON of stamp names and public keys; without it no stamp is verified"
    )
    parser.add_argument("--key", default="", help="64 hex digits: the key that stamps receipts (a new one without it)")
    for name in ("certificate", "certificate-key", "client-authority"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--delay", type=float, default=5.0, help="seconds that a late message is late at most")
    for name in FAULTS:
        parser.add_argument(
            f"--{name}",
            type=float,
            default=0.0,
            help="share of messages (failing: of rows, differing: of bookings), 0 to 1",
        )


def run(options: dict[str, Any], say: Callable[[str], Any]) -> None:
    """Until it is interrupted; `say` hears in one line of JSON at which port, with which public key."""
    key = options["key_file"].read_text(encoding="utf-8").strip() if options["key_file"] else options["key"]
    stamp = SandboxStamp(key)
    desk = Desk(
        Ledger.read(options["accounts"]),
        Temper(**{name: options[name] for name in ("seed", "delay", *FAULTS)}),
        stamp.sign,
        trusted(options["trust"]),
        Journal(options["journal"]),
    )
    desk.recall()
    with SandboxServer((options["address"], options["port"]), desk) as server:
        if options["certificate"]:
            server.secure(options["certificate"], options["certificate_key"], options["client_authority"])
        for place in options["treasuries"]:
            server.desks[place] = _beside(desk, desk_of(place, key, options["journals"]))
        told = {"listening": server.server_address[1], "public_key": stamp.public_key, "orders": len(desk.orders)}
        say(json.dumps(told))
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def _beside(desk: Desk, other: Desk) -> Desk:
    """Another treasury of the same temper, which believes the same stamps."""
    other.temper, other.verify, other.sign = desk.temper, desk.verify, desk.sign
    return other
