"""Typed readers of environment variables; a missing or malformed one fails at start-up, never later."""

import json
import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import make_conninfo

ACCOUNT = re.compile("0x[0-9a-fA-F]{40}")


def text(name: str, default: str | None = None) -> str:
    """The variable as text; without a default its absence is an error."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (see docs/operations.md).")
    return value


def flag(name: str, default: bool = False) -> bool:
    """0 or 1; anything else is an error."""
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1.")
    return value == "1"


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def choice(name: str, default: str, allowed: set[str]) -> str:
    """One of some words; anything else is an error."""
    value = text(name, default) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}.")
    return value


def number(name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds; anything else is an error."""
    value = text(name, str(default)) or str(default)
    if not value.isascii() or not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def key(name: str) -> bytes:
    """A 32-byte key written as 64 hexadecimal digits."""
    return _key_bytes(name, text(name))


def key_ring(name: str) -> dict[str, bytes]:
    """Keys as ``id:hex,id:hex``; the first one encrypts, all of them decrypt."""
    ring = {}
    for entry in words(name, text(name)):
        label, separator, value = entry.partition(":")
        if not separator or label in ring:
            raise ImproperlyConfigured(f"{name} must look like id:hex64,id:hex64 with different ids.")
        ring[label] = _key_bytes(name, value)
    if not ring:
        raise ImproperlyConfigured(f"{name} holds no key.")
    return ring


def public_keys(name: str) -> list[bytes]:
    """Public keys of SM2, comma separated, each as 130 hexadecimal digits (04, x, y); or none."""
    keys = []
    for word in words(name):
        try:
            keys.append(bytes.fromhex(word))
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} is not hexadecimal.") from error
        if len(keys[-1]) != 65 or keys[-1][0] != 4:
            raise ImproperlyConfigured(f"{name} must hold keys of 130 hexadecimal digits that begin with 04.")
    return keys


def addresses(name: str) -> list[str]:
    """Web addresses, comma separated; or none."""
    found = words(name)
    for word in found:
        parts = urlsplit(word)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ImproperlyConfigured(f"{name} must hold addresses that begin with https:// or http://.")
    return found


def account(name: str) -> str:
    """An address on a chain, 0x and 40 hexadecimal digits; or none."""
    value = text(name, "")
    if value and not ACCOUNT.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be 0x and 40 hexadecimal digits.")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks as `10.0.0.0/8,fd00::/8`; or none."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must hold networks such as 10.0.0.0/8.") from error


def places(name: str) -> dict[str, dict[str, Any]]:
    """Where treasuries are, by the names that connections give them: a file of JSON, or none.

    `{"name": {"folder": "/srv/treasury"}}` or `{"name": {"address": "https://…", "certificate": [file, key], "authority": file}}`.
    """
    path = text(name, "")
    if not path:
        return {}
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8"))
        return {label: _place(place) for label, place in given.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ImproperlyConfigured(f"{name} cannot be read (see docs/operations.md): {error}") from error


def _place(given: dict[str, Any]) -> dict[str, Any]:
    if "folder" in given:
        return {"folder": Path(given["folder"])}
    certificate, authority = given.get("certificate"), given.get("authority")
    return {
        "address": str(given["address"]),
        "certificate": (Path(certificate[0]), Path(certificate[1])) if certificate else None,
        "authority": Path(authority) if authority else None,
    }


def _key_bytes(name: str, value: str) -> bytes:
    try:
        raw = bytes.fromhex(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not hexadecimal.") from error
    if len(raw) != 32:
        raise ImproperlyConfigured(f"{name} must have 64 hexadecimal digits.")
    return raw


def conninfo(database: dict[str, Any]) -> str:
    """A Django database entry as a libpq connection string."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return make_conninfo(**{names[key]: value for key, value in database.items() if key in names and value})
