"""Child processes that do not outlive us, and the unprivileged account that a child of root runs under."""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def dies_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the child this signal when the thread that started it ends.

    So start the child from the main thread. A parent that died before the call is noticed by its changed pid.
    """
    parent = os.getpid()

    def arm() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return arm


def unprivileged() -> pwd.struct_passwd | None:
    """The account for a server that refuses to run as root; None when we are not root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def demotion() -> dict[str, Any]:
    """Arguments for `subprocess` that give up root; empty when we are not root."""
    account = unprivileged()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def reachable(path: Path) -> bool:
    """Whether the account of `demotion()` can pass through every directory above `path`."""
    if unprivileged() is None:
        return True
    parents = [parent for parent in path.resolve().parents if parent.exists()]
    return all(parent.stat().st_mode & 0o001 for parent in parents)
