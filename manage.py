#!/usr/bin/env python
"""Django's command line; without DATABASE_URL it runs on the embedded demo server."""

import os
import sys

from tools import postgres
from tools.places import ToolError


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imbudget.settings")
    try:
        server = postgres.ensure()
    except ToolError as error:
        sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    if server is not None:
        server.stop()


if __name__ == "__main__":
    main()
