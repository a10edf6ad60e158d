"""A subsidy that is killed (SIGKILL) again and again, at moments of chance, until it is paid and reconciled all the same.

    python -m benchmarks.subsidykills [--households 60000] [--banners 2] [--kills 12] [--seed 1]

Runs `benchmarks.subsidy --here` in a process of its own on a throwaway server, and kills that process, its sealing helpers
and its database session. Whatever was committed stays, nothing is done twice: the last run ends with one payment row for
each household, and with ledger, bank and treasury agreed.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import harness

LONGEST = 25.0  # seconds until a kill, at most; reaching what an earlier run left takes about five


def main() -> None:
    """Kill, then let it end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=60_000)
    parser.add_argument("--banners", type=int, default=2)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with harness.server(durable=False), tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        command = [
            *(sys.executable, "-m", "benchmarks.subsidy", "--here", "--folder", folder),
            *("--households", str(asked.households), "--banners", str(asked.banners)),
        ]
        killed = [run(command, Path(folder) / "run.log", chance.uniform(5.0, LONGEST)) for _kill in range(asked.kills)]
        last = run(command, Path(folder) / "run.log", None)
        print(json.dumps({"claim": "subsidy.kills", "seed": asked.seed, "killed_in": killed, "ended": last, **left()}))


def run(command: list[str], log: Path, seconds: float | None) -> str:
    """Start it, kill it after so many seconds; the stage that it was in."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        else:
            if code:
                raise SystemExit(f"the run ended with {code}")
    stages = [line.split()[0] for line in log.read_text().splitlines() if line.endswith(" begins")]
    return stages[-1] if stages else "-"


def left() -> dict[str, int]:
    """What stands in the books at the end."""
    from apps.disbursement.models import DayBook, Difference, PaymentRequest, PaymentRow
    from apps.ledger.models import Reservation
    from apps.subsidy.models import RosterLine

    rows = PaymentRow.objects.count()
    return {
        "rows": rows,
        "lines": RosterLine.objects.count(),
        "requests": PaymentRequest.objects.count(),
        "reservations": Reservation.objects.count(),
        "paid": RosterLine.objects.filter(outcome="paid").count(),
        "matched": sum(DayBook.objects.values_list("matched", flat=True)),
        "differences": Difference.objects.count(),
    }


if __name__ == "__main__":
    main()
