"""Each checkpoint as a file of its own in a folder that others keep (write-once storage, a share of another department).

A file is written whole or not at all and never again; one that is there and says something else is an alarm. It has the proof from
the checkpoint before, so that whoever reads the folder needs nothing else.
"""

import errno
import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.evidence.models import Checkpoint, WitnessState
from apps.evidence.witnessing import told

PART = 500  # files of one round
SHELF = 1000  # files of one folder
LOCK, UNLOCK = "SELECT pg_try_advisory_lock(7062)", "SELECT pg_advisory_unlock(7062)"
STATE = "folder"
alarm = logging.getLogger("imbudget.alarm")


class Differs(Exception):
    """A file of this name is there and is another one."""


def publish() -> int:
    """Write the checkpoints that are not in the folder yet; returns how many. No folder is set: 0."""
    if not settings.EVIDENCE_WITNESS_FOLDER:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        try:
            return _publish(Path(settings.EVIDENCE_WITNESS_FOLDER))
        finally:
            cursor.execute(UNLOCK)


def _publish(folder: Path) -> int:
    state, _made = WitnessState.objects.get_or_create(name=STATE)
    if state.facts.get("folder") != str(folder):
        state.told, state.facts = 0, {"folder": str(folder)}  # another folder begins with the first checkpoint
    count, before = 0, Checkpoint.objects.filter(number=state.told).first()
    try:
        if not folder.is_dir():
            raise FileNotFoundError(2, "the folder is not there")
        for made in Checkpoint.objects.filter(number__gt=state.told).order_by("number")[:PART]:
            keep(folder, made.number, content_of(made, before))
            state.told, before, count = made.number, made, count + 1
        state.told_at, state.error = timezone.now(), ""
    except OSError as error:
        state.failed_at, state.error = timezone.now(), (error.strerror or type(error).__name__)[:400]
    except Differs as error:
        state.failed_at, state.error = timezone.now(), str(error)[:400]
        alarm.critical("evidence: %s", error)
    state.save()
    return count


def content_of(made: Checkpoint, before: Checkpoint | None) -> bytes:
    """The file of a checkpoint."""
    return (json.dumps(told.as_data(made, before.size if before else 0), ensure_ascii=False, indent=1) + "\n").encode()


def path_of(folder: Path, number: int) -> Path:
    """Where the file of a checkpoint lies: a thousand in one folder."""
    return folder / f"{number // SHELF:09}" / f"checkpoint-{number:012}.json"


def keep(folder: Path, number: int, content: bytes) -> None:
    """Write one file, whole and to the disk, unless it is there. Raises Differs, OSError."""
    target = path_of(folder, number)
    target.parent.mkdir(exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put(part, target)
        if target.read_bytes() != content:
            raise Differs(f"{target} is there and is not checkpoint {number} as it is here")
        _sync(target.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _put(part: Path, target: Path) -> None:
    """Under its name, where none is there: unlike a rename, a link never takes the place of a file."""
    try:
        os.link(part, target)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        if not target.exists():  # a share without links; nobody else writes here while we hold the lock
            part.replace(target)


def numbers_in(folder: Path, after: int = 0) -> Iterator[int]:
    """The numbers of the checkpoints in a folder behind one, in their order."""
    shelves = sorted(each for each in folder.iterdir() if each.name.isdecimal() and len(each.name) == 9)
    for shelf in shelves:
        if int(shelf.name) < after // SHELF:
            continue
        found = (
            each.name.removeprefix("checkpoint-").removesuffix(".json") for each in shelf.glob("checkpoint-*.json")
        )
        yield from sorted(number for name in found if name.isdecimal() and (number := int(name)) > after)


def faults(newest: int | None = None) -> Iterator[str]:
    """What in the folder is not as the checkpoints are here; only the newest so many where a number is given.

    Raises OSError where the folder cannot be read.
    """
    if not settings.EVIDENCE_WITNESS_FOLDER:
        return
    folder = Path(settings.EVIDENCE_WITNESS_FOLDER)
    last = Checkpoint.objects.values_list("number", flat=True).first() or 0
    state = WitnessState.objects.filter(name=STATE).first()
    first = 0 if newest is None else max(0, last - newest)
    here = {made.number: made.text for made in Checkpoint.objects.filter(number__gt=first)}
    there = set()
    for number in numbers_in(folder, first):
        there.add(number)
        yield from _fault(folder, number, here.get(number))
    for number in sorted(here.keys() - there):
        if state is not None and number <= state.told:
            yield f"checkpoint {number}: it was published, and its file is gone"


def _fault(folder: Path, number: int, text: str | None) -> Iterator[str]:
    if text is None:
        yield f"checkpoint {number}: it was published, and is not here any more"
        return
    try:
        published = told.read(path_of(folder, number).read_bytes())
    except told.NotReadable as error:
        yield f"checkpoint {number}: its file was changed ({error})"
        return
    if published.text != text:
        yield f"checkpoint {number}: its file says something else than its row"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
