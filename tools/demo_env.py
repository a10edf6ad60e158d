"""The demo's own secrets and switches: made once, kept in `var/demo.env`, never committed."""

import os
import secrets
from pathlib import Path

from tools.places import var_dir


def path() -> Path:
    """Where they are kept (mode 0600)."""
    return var_dir() / "demo.env"


def fresh() -> dict[str, str]:
    """New secrets for one machine."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "WRAPPING_KEYS": f"demo1:{secrets.token_hex(32)}",
        "FIELD_KEYS": f"demo1:{secrets.token_hex(32)}",
        "INDEX_KEY": secrets.token_hex(32),
        "SECURE": "0",
        "SERVE_ASSETS": "1",
        "DEMO": "1",
        "SIGNING_KEY": secrets.token_hex(32),
        "TREASURY_PLACES": str(treasury_dir() / "places.json"),
    }


def treasury_dir() -> Path:
    """Where the demonstration's treasury keeps its key, its journals, and the addresses of its desks."""
    return var_dir() / "treasury"


def load() -> None:
    """Put them into the environment; a variable that is already set keeps its value."""
    file = path()
    if not file.exists():
        _create(file)
    _complete(file)
    _ensure_places()
    for line in file.read_text().splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def _ensure_places() -> None:
    """A file that names no treasury yet: settings that name it are read before any is there."""
    places = treasury_dir() / "places.json"
    if not places.exists():
        places.parent.mkdir(parents=True, exist_ok=True)
        places.write_text("{}")


def _complete(file: Path) -> None:
    """Add what an older version of this file has not; secrets that are there stay."""
    text = file.read_text()
    known = {line.partition("=")[0].strip() for line in text.splitlines()}
    missing = {name: value for name, value in fresh().items() if name not in known}
    if not missing:
        return
    part = file.with_name(f"{file.name}.{os.getpid()}")
    part.touch(0o600)
    part.write_text(text.rstrip("\n") + "\n" + "".join(f"{name}={value}\n" for name, value in missing.items()))
    part.replace(file)


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.writelines(f"{name}={value}\n" for name, value in fresh().items())
    try:
        os.link(part, file)  # of two commands that start together the first one's secrets stay
    except FileExistsError:
        pass
    finally:
        part.unlink()
