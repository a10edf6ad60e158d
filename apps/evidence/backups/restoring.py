"""Restore a backup into an empty database: all of it is read and found sound before anything is touched."""

import subprocess
import tarfile
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from apps.evidence.backups.manifest import DATABASE, FILES, Manifest, read
from apps.evidence.backups.programs import environment, program
from apps.evidence.backups.sealed import Sealed, Unsound, opened
from apps.evidence.selectors.proofs import log_size, root_at

TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg_toast%%' AND n.nspname NOT LIKE 'pg_temp%%'
"""


def restore_backup(folder: Path) -> Manifest:
    """Bring a backup back. Raises CommandError: it is unsound, or there is something where it would go; nothing is touched then.

    Raises CommandError as well where PostgreSQL refuses a part of it: the database stays empty.
    """
    try:
        manifest, data_key = read(folder)
        sealed = {part.name: Sealed(data_key, manifest.cipher, manifest.id, part.name) for part in manifest.parts}
        for part in manifest.parts:
            if sum(map(len, opened(folder / part.name, sealed[part.name]))) != part.plain:
                raise Unsound(f"{part.name} is cut off")
    except Unsound as error:
        raise CommandError(f"{folder}: {error}. Nothing was touched.") from error
    _refuse_full()
    _restore_database(opened(folder / DATABASE, sealed[DATABASE]))
    _restore_files(opened(folder / FILES, sealed[FILES]))
    size = log_size()
    if size != manifest.entries or size and root_at(size).hex() != manifest.root:
        raise CommandError("The log that was restored is not the one that the backup names.")
    return manifest


def _refuse_full() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        count = cursor.fetchone()[0]
    if count:
        raise CommandError(f"The database is not empty ({count} tables and the like): restore into a new one only.")
    if settings.MEDIA_ROOT.is_dir() and any(settings.MEDIA_ROOT.iterdir()):
        raise CommandError(f"{settings.MEDIA_ROOT} is not empty: move its files away first.")


def _restore_database(pieces: Iterator[bytes]) -> None:
    command = [program("pg_restore"), "--exit-on-error", "--no-owner", "--no-privileges", "--single-transaction"]
    given = environment()
    command.append(f"--dbname={given['PGDATABASE']}")
    connection.close()
    with subprocess.Popen(command, env=given, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as restore:
        assert restore.stdin is not None and restore.stderr is not None  # noqa: S101, PT018 - both are pipes
        try:
            for piece in pieces:
                restore.stdin.write(piece)
            restore.stdin.close()
        except BrokenPipeError:
            pass  # it says why
        trouble = restore.stderr.read().decode(errors="replace").strip()
        if restore.wait():
            raise CommandError(f"pg_restore: {trouble}")


def _restore_files(pieces: Iterator[bytes]) -> None:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tarfile.open(fileobj=_Pieces(pieces), mode="r|") as archive:  # type: ignore[call-overload]
        archive.extractall(settings.MEDIA_ROOT, filter="data")


class _Pieces(RawIOBase):
    """Pieces as a file that is only read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""

    def read(self, size: int = -1) -> Any:
        while len(self.rest) < size and (piece := next(self.pieces, None)) is not None:
            self.rest += piece
        found, self.rest = self.rest[:size], self.rest[size:]
        return found
