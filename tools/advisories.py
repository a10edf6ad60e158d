"""Compares every fixed version with the published advisories (OSV), and says plainly where that could not be done.

    python -m tools.advisories                      # asks the service (ADVISORY_SERVICE, or https://api.osv.dev)
    python -m tools.advisories --file all.zip       # the file that OSV publishes for PyPI, where there is no internet
    python -m tools.advisories --unless-unreachable # as `make check` does: not reachable is told and is no failure

Ends with 0 (compared, nothing open), 1 (open advisories, each named) or 2 (not compared). A package that is known to be bad is
asked about along with the others: an answer that knows nothing of it is no answer. Advisories that were looked into
and do not concern the product stand in docs/advisories.txt: id, package, reason.
"""

import argparse
import json
import os
import sys
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tools.licences import read
from tools.places import ROOT

SERVICE = "https://api.osv.dev"
FILES = ("requirements.txt", "constraints.txt", "requirements-dev.txt")
ACCEPTED = ROOT / "docs" / "advisories.txt"
KNOWN_BAD = ("django", "2.0")  # many advisories since 2018: whoever knows none of them knows nothing
SECONDS = 20
Pinned = tuple[str, str]


class NotCompared(Exception):
    """Nothing can be said: the service cannot be reached, or its answer is none."""


def pinned() -> list[Pinned]:
    """Every package with its version, each once."""
    return sorted({(canonicalize_name(at.name), at.version) for file in FILES for at in read(file)[0]})


def accepted() -> dict[tuple[str, str], str]:
    """(advisory, package) → why it does not concern the product."""
    if not ACCEPTED.exists():
        return {}
    rows = (line.split(maxsplit=2) for line in ACCEPTED.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {(row[0], canonicalize_name(row[1])): row[2] for row in rows if len(row) == 3}


def ask(packages: list[Pinned], service: str) -> list[list[str]]:
    """What the service has against each, in their order. Raises NotCompared."""
    queries = [{"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in packages]
    request = urllib.request.Request(  # noqa: S310 - the operator's own setting
        f"{service.rstrip('/')}/v1/querybatch",
        json.dumps({"queries": queries}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            results = json.load(answer)["results"]
        return [[one["id"] for one in result.get("vulns", ())] for result in results]
    except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotCompared(f"{service}: {error or type(error).__name__}") from error


def look_up(packages: list[Pinned], path: Path) -> list[list[str]]:
    """The same from the file that OSV publishes. Raises NotCompared."""
    found: dict[Pinned, list[str]] = {package: [] for package in packages}
    wanted: dict[str, list[str]] = {}
    for name, version in packages:
        wanted.setdefault(name, []).append(version)
    try:
        for record in _records(path):
            for affected in record.get("affected", ()):
                name = canonicalize_name(affected.get("package", {}).get("name", ""))
                for version in wanted.get(name, ()):
                    if (
                        record["id"] not in found[name, version]
                        and not record.get("withdrawn")
                        and _holds(affected, version)
                    ):
                        found[name, version].append(record["id"])
    except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
        raise NotCompared(f"{path}: {error or type(error).__name__}") from error
    return [found[package] for package in packages]


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            if name.endswith(".json"):
                yield json.loads(file.read(name))


def _holds(affected: dict[str, Any], version: str) -> bool:
    """Whether a version is among those that the record names, or lies in one of its ranges."""
    if version in affected.get("versions", ()):
        return True
    ranges = [one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]
    return any(_within(one.get("events", ()), version) for one in ranges)


def _within(events: Iterable[dict[str, str]], version: str) -> bool:
    is_in = False
    try:
        for event in events:
            (kind, at), *_rest = event.items()
            reached = (
                at == "0"
                or Version(version) > Version(at)
                or (kind != "last_affected" and Version(version) == Version(at))
            )
            if reached:
                is_in = kind == "introduced"
    except InvalidVersion:  # nobody can tell: it is named rather than passed over
        return True
    return is_in


def compare(path: Path | None, service: str) -> list[str]:
    """Every open advisory as a line. Raises NotCompared."""
    packages = [KNOWN_BAD, *pinned()]
    found = look_up(packages, path) if path else ask(packages, service)
    if len(found) != len(packages) or not found[0]:
        raise NotCompared(
            f"{path or service}: the answer knows nothing of {'=='.join(KNOWN_BAD)}, which is known to be bad"
        )
    known = accepted()
    return [
        f"{name}=={version}: {advisory}"
        for (name, version), advisories in zip(packages[1:], found[1:], strict=True)
        for advisory in advisories
        if (advisory, name) not in known
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.advisories")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--unless-unreachable", action="store_true")
    asked = parser.parse_args(arguments)
    service = os.environ.get("ADVISORY_SERVICE") or SERVICE
    try:
        found = compare(asked.file, service)
    except NotCompared as reason:
        sys.stderr.write(f"ADVISORIES NOT COMPARED: {reason}\nNothing is known about the packages of this state.\n")
        return 0 if asked.unless_unreachable else 2
    for line in found:
        sys.stderr.write(f"{line}\n")
    if not found:
        sys.stdout.write(f"advisories: {len(pinned())} packages compared, nothing open\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
