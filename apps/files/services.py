"""Take files in, give them out unchanged, delete what nothing refers to."""

import os
import secrets
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.files import content, policies
from apps.files.holders import is_held
from apps.files.models import StoredFile
from apps.files.scanning import scan
from apps.files.storage import INCOMING, AttachmentStorage, attachments
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file, sm3_of_stream
from imbudget.kit.errors import RuleViolation, require

# Longer than the longest holidays, over which a form may stay open that a file was sent ahead of.
UNCLAIMED_LIVE = timedelta(days=14)
SWEEPER = system_actor("sweeper of files")
ORPHANS_LIVE = 24 * 60 * 60  # seconds: longer than any act that has written its file and not yet its row


class FileDamaged(RuleViolation):
    """A stored file is missing, or is not the one that was taken in."""


def store_file(  # noqa: PLR0913 - the facts of one row
    actor: Actor,
    *,
    upload: File,
    region: Region,
    unit: Unit | None = None,
    subject_label: str = "",
    subject_id: str = "",
    allowed: Collection[str] = content.ALLOWED,
) -> StoredFile:
    """Take in a file whose content is what its ending says. Raises RuleViolation with a sentence naming the file.

    It is looked at before the transaction of its row begins. When an act around it fails, its bytes stay behind
    without a row, and `clear_orphans` takes them away.
    """
    require(policies.may_store(actor, region, unit))
    if unit is not None and unit.region_id != region.pk:
        raise RuleViolation(_("This unit does not belong to the region."))
    name = content.clean_name(upload.name or "")
    content.check_name(name, allowed)
    with _taken_in(upload, name) as path:
        kind = content.check_content(path, name)
        scan(path, name)
        stored = StoredFile(region=region, league_id=region.league_id, unit=unit, name=name, kind=kind)
        stored.subject_label, stored.subject_id = subject_label, str(subject_id)
        return _keep(actor, stored, path)


@act
def _keep(actor: Actor, stored: StoredFile, path: Path) -> StoredFile:
    storage, token = attachments(), secrets.token_hex(16)
    stored.file.name = f"{token[:2]}/{token}"
    stored.size, stored.digest = path.stat().st_size, sm3_of_file(path)
    stored.uploaded_by_id = actor.user_id
    stored.save(force_insert=True)
    facts: dict[str, Any] = {"kind": stored.kind, "size": stored.size, "digest": stored.digest}
    evidence.append("files.stored", stored, actor, document=_document(stored), **facts)
    storage.folder_of(stored.file.name)
    os.replace(path, storage.path(stored.file.name))
    return stored


@act
def claim_file(actor: Actor, file_id: UUID, *, subject_label: str, subject_id: str) -> StoredFile:
    """Let a file that the person has sent ahead of its form belong to a document. Raises RuleViolation."""
    rows = StoredFile.objects.select_for_update(of=("self",)).filter(pk__in=_visible(actor, file_id))
    stored = rows.first()
    if stored is None:
        raise RuleViolation(_("The attached file is not there any more. Attach it once more."))
    wanted = (subject_label, str(subject_id))
    if (stored.subject_label, stored.subject_id) == wanted:
        return stored
    if stored.subject_label or stored.uploaded_by_id != actor.user_id:
        raise RuleViolation(_("The file %(name)s belongs to another document.") % {"name": stored.name})
    stored.subject_label, stored.subject_id = wanted
    stored.save(update_fields=["subject_label", "subject_id"])
    evidence.append("files.claimed", stored, actor, document=_document(stored), digest=stored.digest)
    return stored


def _visible(actor: Actor, file_id: UUID) -> Any:
    return StoredFile.objects.visible_to(actor).filter(pk=file_id).values("pk")


@act
def take_file(  # noqa: PLR0913 - the facts of one row
    actor: Actor,
    given: UploadedFile | UUID,
    *,
    region: Region,
    unit: Unit | None = None,
    subject_label: str,
    subject_id: str,
    allowed: Collection[str] = content.ALLOWED,
) -> StoredFile:
    """What `forms.UploadField` gives: a file that came with its form, or the id of one sent ahead of it."""
    subject = {"subject_label": subject_label, "subject_id": subject_id}
    if isinstance(given, UUID):
        stored = claim_file(actor, given, **subject)
        content.check_name(stored.name, allowed)
        _refuse_elsewhere(stored, region, unit)
        return stored
    return store_file(actor, upload=given, region=region, unit=unit, allowed=allowed, **subject)


def _refuse_elsewhere(stored: StoredFile, region: Region, unit: Unit | None) -> None:
    """Whoever sees the document sees its files: they have its region and unit."""
    if stored.region_id != region.pk or stored.unit_id != (unit.pk if unit else None):
        raise RuleViolation(
            _("The file %(name)s was sent for another place. Attach it once more.") % {"name": stored.name}
        )


def open_file(actor: Actor, stored: StoredFile) -> BinaryIO:
    """The bytes that were taken in, from their beginning. Raises FileDamaged, and leaves a record of it."""
    found = ""
    try:
        file = attachments().path(stored.file.name or "")
        handle = open(file, "rb")  # noqa: SIM115 - the answer that is sent closes it
    except OSError:
        handle = None
    if handle is not None:
        found = sm3_of_stream(handle)
        if found == stored.digest:
            handle.seek(0)
            return handle
        handle.close()
    _record_damage(actor, stored, found)
    text = _("The file %(name)s is missing or was changed in the storage, so it is not given out. It was recorded.")
    raise FileDamaged(text % {"name": stored.name})


@act
def _record_damage(actor: Actor, stored: StoredFile, found: str) -> None:
    evidence.append("files.damaged", stored, actor, digest=stored.digest, found=found or "missing")


@act
def discard_file(actor: Actor, stored: StoredFile) -> None:
    """Delete a file that nothing refers to; its bytes go once the deletion is certain, its record stays."""
    stored = StoredFile.objects.select_for_update(of=("self",)).select_related("region", "unit").get(pk=stored.pk)
    require(policies.may_discard(actor, stored))
    in_use = _("The file %(name)s is in use and cannot be deleted.") % {"name": stored.name}
    if is_held(stored):
        raise RuleViolation(in_use)
    evidence.append("files.discarded", stored, actor, document=_document(stored), digest=stored.digest)
    name = stored.file.name or ""
    try:
        stored.delete()
    except (ProtectedError, RestrictedError) as error:
        raise RuleViolation(in_use) from error
    transaction.on_commit(lambda: attachments().delete(name))


def clear_orphans() -> int:
    """Delete files without a row: those of acts that failed after their file was written. Returns how many."""
    storage, limit, gone = attachments(), time.time() - ORPHANS_LIVE, 0
    for folder in sorted(Path(storage.location).glob("*")):
        old = [path for path in folder.glob("*") if path.stat().st_mtime < limit]
        names = {f"{folder.name}/{path.name}": path for path in old}
        kept = set(StoredFile.objects.filter(file__in=names).values_list("file", flat=True))
        for name, path in names.items():
            if name not in kept:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def clear_unclaimed() -> int:
    """Delete files that were sent ahead of a form which was never handed in. Returns how many."""
    rows = StoredFile.objects.filter(subject_label="", uploaded_at__lt=timezone.now() - UNCLAIMED_LIVE)
    return sum(_sweep(SWEEPER, pk) for pk in list(rows.values_list("pk", flat=True)))


@act
def _sweep(actor: Actor, file_id: UUID) -> bool:
    """Delete one of them, unless somebody has claimed it, or is about to, or something refers to it."""
    rows = StoredFile.objects.select_for_update(of=("self",), skip_locked=True)
    stored = rows.filter(pk=file_id, subject_label="").first()
    if stored is None:
        return False
    try:
        with transaction.atomic():
            discard_file(actor, stored)
    except RuleViolation:
        return False
    return True


@contextmanager
def _taken_in(upload: File, name: str) -> Iterator[Path]:
    """The bytes of an upload beside the storage's own files; gone at the end unless they were moved."""
    storage = attachments()
    path = _written(storage, upload, name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _written(storage: AttachmentStorage, upload: File, name: str) -> Path:
    folder = storage.folder_of(f"{INCOMING}/x")
    limit, size = content.limit_of(name), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:  # made with mode 0600
        path = Path(file.name)
        try:
            for chunk in upload.chunks():
                size += len(chunk)
                if size > limit:
                    text = _("The file %(name)s is larger than %(limit)s MB.")
                    raise RuleViolation(text % {"name": name, "limit": limit // (1024 * 1024)})
                file.write(chunk)
            if not size:
                raise RuleViolation(_("The file %(name)s is empty.") % {"name": name})
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path


def _document(stored: StoredFile) -> str:
    return f"{stored.subject_label} {stored.subject_id}".strip()
