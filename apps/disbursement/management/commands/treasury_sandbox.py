from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.disbursement.sandbox import options as sandbox


class Command(BaseCommand):
    help = sandbox.HELP
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        sandbox.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sandbox.run(options, self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
