"""The malware scanner of the place: a command that gets the path of a file and answers by its exit code."""

import logging
import shlex
import subprocess
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation

log = logging.getLogger(__name__)
CLEAN, INFECTED = 0, 1


def scan(path: Path, name: str) -> None:
    """Ask the scanner about a file; without one nothing is asked. Raises RuleViolation unless it says clean."""
    if not settings.FILE_SCAN_COMMAND:
        return
    code = _run([*shlex.split(settings.FILE_SCAN_COMMAND), str(path)])
    if code == INFECTED:
        log.warning("the scanner found malware in %s", name)
        raise RuleViolation(
            _("The file %(name)s holds malware and was not taken. Clean your computer.") % {"name": name}
        )
    if code != CLEAN:
        log.error("the scanner failed on %s (%s)", name, code)
        reason = _(
            "The file %(name)s could not be scanned for malware and was not taken. Tell the system administrator."
        )
        raise RuleViolation(reason % {"name": name})


def _run(command: list[str]) -> int | str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=settings.FILE_SCAN_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.returncode
