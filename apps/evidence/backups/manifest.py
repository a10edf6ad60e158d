"""What a backup says of itself: its files with their digests, the size and head of the log, its wrapped key; under a MAC."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.evidence.backups.sealed import CIPHERS, Unsound, key_for, unwrap
from imbudget.kit.crypto import mac, same, sm3_of_file

NAME = "manifest.json"
FORMAT = 1
DATABASE, FILES = "database.sealed", "files.sealed"


@dataclass(frozen=True, slots=True)
class Part:
    """One sealed file: its size and SM3 on the disk, and how many bytes are in it."""

    name: str
    size: int
    digest: str
    plain: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup. `entries` and `root` (hex) are the size and the head of the log in it, `head` that of its last batch."""

    id: str
    made_at: str
    origin: str
    server: int
    entries: int
    root: str
    head: str
    cipher: str
    key_id: str
    wrapped: str
    parts: tuple[Part, ...]
    format: int = FORMAT

    def text(self, data_key: bytes) -> str:
        """The file as it is written: its last field is the MAC over all others."""
        body = asdict(self)
        return json.dumps(body | {"mac": _mac(data_key, body)}, indent=1, ensure_ascii=False)


def key_ring() -> dict[str, bytes]:
    """The keys of keys; raises ImproperlyConfigured where none was given."""
    if not settings.BACKUP_KEYS:
        raise ImproperlyConfigured("Set the environment variable BACKUP_KEYS (see docs/operations.md).")
    return dict(settings.BACKUP_KEYS)


def read(folder: Path) -> tuple[Manifest, bytes]:
    """The manifest of a backup and its data key; every file is as long as it says and has the digest that it says.

    Raises Unsound. Nothing is changed anywhere.
    """
    try:
        given = json.loads((folder / NAME).read_text(encoding="utf-8"))
        said = given.pop("mac")
        manifest = Manifest(**given | {"parts": tuple(Part(**part) for part in given["parts"])})
    except FileNotFoundError as error:
        raise Unsound("there is no finished backup in this folder") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unsound(f"the manifest cannot be read: {error}") from error
    data_key = _data_key(manifest)
    if not same(said.encode(), _mac(data_key, given).encode()):
        raise Unsound("the manifest was changed")
    for part in manifest.parts:
        _check_part(folder, part)
    return manifest, data_key


def _data_key(manifest: Manifest) -> bytes:
    if manifest.format != FORMAT or manifest.cipher not in CIPHERS:
        raise Unsound(f"format {manifest.format} with {manifest.cipher} is not known here")
    kek = key_ring().get(manifest.key_id)
    if kek is None:
        raise Unsound(f"it is under the key {manifest.key_id}, which is not in BACKUP_KEYS: a foreign or an old backup")
    return unwrap(kek, manifest.cipher, manifest.id, manifest.wrapped)


def _check_part(folder: Path, part: Part) -> None:
    if part.name not in {DATABASE, FILES}:
        raise Unsound(f"{part.name} has no place in a backup")
    path = folder / part.name
    if not path.is_file() or path.stat().st_size != part.size:
        raise Unsound(f"{part.name} is missing or cut off")
    if sm3_of_file(path) != part.digest:
        raise Unsound(f"{part.name} was changed")


def _mac(data_key: bytes, body: dict[str, Any]) -> str:
    plain = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()
    return mac(key_for(data_key, "AES-256-GCM", "manifest"), plain).hex()
