"""The browser for the page tests: `python -m tools.browser` prints its path and installs it if it can."""

import os
import shutil
import subprocess
import sys

from tools.places import ToolError, say

# The shell is the same engine without a window around it: pages open in half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

INSTALL = (
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", "chromium-headless-shell"],
)


def find() -> str | None:
    """The first Chromium on the PATH; `BROWSER_PATH` wins."""
    given = os.environ.get("BROWSER_PATH")
    return given or next((path for path in map(shutil.which, NAMES) if path), None)


def ensure() -> str:
    """Finds or installs it; raises ToolError saying what to install where that is not possible."""
    found = find()
    if found:
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ToolError(
            "The page tests need Chromium (Debian: apt-get install chromium-headless-shell); install it and try again."
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    say("installing chromium-headless-shell (page tests)")
    for command in INSTALL:
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        if result.returncode:
            reason = "\n".join(result.stderr.strip().splitlines()[-6:])
            raise ToolError(f"Chromium cannot be installed ({' '.join(command)}):\n{reason}")
    found = find()
    if not found:
        raise ToolError("Chromium was installed but is not on the PATH.")
    return found


def main() -> None:
    """Print the path."""
    try:
        say(ensure())
    except ToolError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
