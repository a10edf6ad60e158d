"""Django's checks with settings like those of a production server, and forgotten migrations."""

import os
import secrets
import subprocess
import sys

from tools.places import ROOT

SETTINGS = {
    "DEBUG": "0",
    "SECURE": "1",
    "DEMO": "0",
    "SERVE_ASSETS": "0",
    "ALLOWED_HOSTS": "budget.example",
    "FILE_SCAN_COMMAND": "clamdscan --fdpass --no-summary",
    "CSRF_TRUSTED_ORIGINS": "https://budget.example",
}
COMMANDS = (["check", "--deploy", "--fail-level", "WARNING"], ["makemigrations", "--check", "--dry-run"])


def main() -> int:
    """The exit code of the first command that fails, else 0."""
    environment = os.environ | SETTINGS | {"SECRET_KEY": secrets.token_urlsafe(60)}
    for command in COMMANDS:
        code = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=False
        ).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
