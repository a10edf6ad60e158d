"""Make a backup: a dump and the attachments, sealed while they are read; under its name only once it is whole."""

import os
import secrets
import shutil
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction
from django.utils import timezone

from apps.evidence.backups.manifest import DATABASE, FILES, NAME, Manifest, Part, key_ring
from apps.evidence.backups.programs import environment, program, server_version
from apps.evidence.backups.sealed import PIECE, Sealed, SealedWriter, wrap
from apps.evidence.models import Batch
from apps.evidence.selectors.proofs import log_size, root_at

PARTIAL = ".partial"


def make_backup(folder: Path) -> Manifest:
    """Write a backup into a folder that does not exist yet. Raises CommandError, ImproperlyConfigured.

    One that was killed leaves a folder with `.partial` behind, which nobody takes for a backup and the next one removes.
    """
    if folder.exists():
        raise CommandError(f"{folder} exists already: a backup is never written over another.")
    key_id, kek = next(iter(key_ring().items()))
    part = folder.with_name(folder.name + PARTIAL)
    with suppress(FileNotFoundError):
        shutil.rmtree(part)
    part.mkdir(parents=True, mode=0o700)
    manifest, data_key = _written(part, key_id, kek)
    text = part / NAME
    text.write_text(manifest.text(data_key), encoding="utf-8")
    for path in (text, part):
        _to_disk(path)
    part.rename(folder)
    _to_disk(folder.parent)
    return manifest


def _written(folder: Path, key_id: str, kek: bytes) -> tuple[Manifest, bytes]:
    backup, data_key, cipher = secrets.token_hex(16), secrets.token_bytes(32), settings.BACKUP_CIPHER
    made_at = timezone.now().isoformat(timespec="seconds")
    with transaction.atomic():
        snapshot = _snapshot()
        size = log_size()
        last = Batch.objects.order_by("-number").first()
        dump = _dump(folder / DATABASE, Sealed(data_key, cipher, backup, DATABASE), snapshot)
    files = _files(folder / FILES, Sealed(data_key, cipher, backup, FILES))
    manifest = Manifest(
        id=backup,
        made_at=made_at,
        origin=settings.EVIDENCE_ORIGIN,
        server=server_version(),
        entries=size,
        root=root_at(size).hex() if size else "",
        head=bytes(last.head).hex() if last else "",
        cipher=cipher,
        key_id=key_id,
        wrapped=wrap(kek, cipher, backup, data_key),
        parts=(dump, files),
    )
    return manifest, data_key


def _snapshot() -> str:
    """What is dumped is what the head of the log is read from."""
    with connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def _dump(path: Path, sealed: Sealed, snapshot: str) -> Part:
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with (
        SealedWriter(path, sealed) as writer,
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dump,
    ):
        assert dump.stdout is not None and dump.stderr is not None  # noqa: S101, PT018 - both are pipes
        while piece := dump.stdout.read(PIECE):
            writer.write(piece)
        trouble = dump.stderr.read().decode(errors="replace").strip()
        if dump.wait():
            raise CommandError(f"pg_dump: {trouble}")
    return Part(path.name, writer.size, writer.digest, writer.plain)


def _files(path: Path, sealed: Sealed) -> Part:
    """The attachments, read after the dump: what it names is there, what came since does no harm."""
    with SealedWriter(path, sealed) as writer, tarfile.open(fileobj=writer, mode="w|") as archive:  # type: ignore[call-overload]
        if settings.MEDIA_ROOT.is_dir():
            for file in sorted(found for found in settings.MEDIA_ROOT.rglob("*") if found.is_file()):
                with suppress(FileNotFoundError):  # a temporary file that is gone by now
                    archive.add(file, arcname=str(file.relative_to(settings.MEDIA_ROOT)), recursive=False)
    return Part(path.name, writer.size, writer.digest, writer.plain)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
