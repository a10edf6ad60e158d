"""Where things lie on this machine, and how the tools speak to the person who ran them."""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class ToolError(Exception):
    """A set-up step cannot go on; the text is a whole sentence for the person at the terminal."""


def var_dir() -> Path:
    """The directory of everything made at run time: `VAR_DIR`, else `var` beside the code."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()


def short_hash(path: Path) -> str:
    """Ten hexadecimal digits that stand for a path where the path itself would be too long."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def private_dir(path: Path, mode: int = 0o700) -> Path:
    """Make `path` below a directory that everybody may write to, or refuse one that somebody else made.

    Raises ToolError when it exists and is not a directory of this user: files in it could not be trusted.
    """
    try:
        path.mkdir(mode=mode)
        path.chmod(mode)
    except FileExistsError:
        info = path.lstat()
        if not path.is_dir() or path.is_symlink() or info.st_uid != os.geteuid():
            raise ToolError(f"{path} belongs to somebody else; remove it and try again.") from None
    return path


def say(text: str) -> None:
    """One line for the person at the terminal, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
