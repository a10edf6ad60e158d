"""Files that are there whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path


def keep_whole(goal: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and move it there: who looks for it never finds a part of it."""
    unfinished = goal.with_name(f"{goal.name}.new")
    write(unfinished)
    os.replace(unfinished, goal)
