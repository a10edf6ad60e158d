"""What `manage.py selfcheck` looks at in attached files."""

from pathlib import Path

from apps.files.models import StoredFile
from apps.files.storage import attachments
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

LOOKED_AT = 50_000  # the newest: whether they are there, and as long as they were
READ_THROUGH = 100  # the newest: whether they are what came in


def stored() -> str:
    """Files are where their rows say, and the newest ones are unchanged."""
    storage, bad, seen = attachments(), [], 0
    rows = StoredFile.objects.order_by("-uploaded_at").values_list("pk", "file", "size", "digest")[:LOOKED_AT]
    for pk, name, size, digest in rows.iterator(2000):
        path = Path(storage.path(name))
        if not _is_whole(path, size) or (seen < READ_THROUGH and sm3_of_file(path) != digest):
            bad.append(str(pk))
        seen += 1
    if bad:
        raise CheckFailed(f"{len(bad)} attached files are missing or changed, the newest {bad[0]}")
    return f"the newest {seen} files are there, {min(seen, READ_THROUGH)} of them read through"


def _is_whole(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


CHECKS = {"files": SelfCheck("attached files", stored)}
