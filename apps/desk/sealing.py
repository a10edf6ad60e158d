"""Files that come in and go out with jobs: registers of people among them, so none of them lies in clear on the disk.

A file is sealed whole under the data key (it has `settings.IMPORT_MAX_BYTES` at most). While a job runs, its file stands in clear
beside, readable by the product alone; it goes with the run, and where a worker was killed with the next one or at night.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import connection

from apps.desk.models import Job
from imbudget.kit import crypto

COLUMN = "desk_job.file"  # what the bytes are bound to
RESULT = "desk_job.result"


def sealed_upload(file: File) -> File:
    """The upload as it is kept."""
    file.seek(0)
    return ContentFile(crypto.encrypt_bytes(file.read(), COLUMN), name=file.name)


@contextmanager
def clear_file(job: Job) -> Iterator[str]:
    """The path of the job's file in clear, for as long as the context lasts; '' for a job without one."""
    remove_clear(job)
    if not job.file:
        yield ""
        return
    with job.file.open("rb") as file:
        clear = crypto.opened(file.read(), COLUMN)
    suffix = PurePath(job.file.name or "").suffix
    path = folder() / f"{_mark(job)}{secrets.token_hex(8)}{suffix}"
    try:
        _write(path, clear)
        yield str(path)
    finally:
        path.unlink(missing_ok=True)


def remove_clear(job: Job) -> None:
    """Remove what a killed run of the job has left."""
    for path in folder().glob(f"{_mark(job)}*"):
        path.unlink(missing_ok=True)


def keep_sealed(goal: Path, write: Callable[[Path], object]) -> None:
    """A file for a person, sealed: `write` makes it in clear beside, from where it is gone at once."""
    path = folder() / f"result-{secrets.token_hex(8)}{goal.suffix}"
    try:
        write(path)
        sealed = goal.with_name(f"{goal.name}.new")
        _write(sealed, crypto.encrypt_bytes(path.read_bytes(), RESULT))
        os.replace(sealed, goal)
    finally:
        path.unlink(missing_ok=True)


def open_sealed(path: Path) -> BytesIO:
    """What `keep_sealed` kept, in clear."""
    return BytesIO(crypto.opened(path.read_bytes(), RESULT))


def files_under(head: bytes) -> int:
    """How many files lie under the key whose values begin with this: a key is not destroyed before they are gone."""
    root, found = Path(settings.MEDIA_ROOT), 0
    for path in (*root.glob("jobs/*/*/*"), *root.glob("results/*")):
        if path.is_file():
            with path.open("rb") as file:
                found += file.read(len(head)) == head
    return found


def folder() -> Path:
    """Where files stand in clear while somebody works with them."""
    path = Path(settings.CLEAR_DIR)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _mark(job: Job) -> str:
    """How names of the job's files begin: two databases may have one folder, and a job of the same number each."""
    return f"{re.sub(r'[^A-Za-z0-9]', '_', str(connection.settings_dict['NAME']))}-{job.pk}-"


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
