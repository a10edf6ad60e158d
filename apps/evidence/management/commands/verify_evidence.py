import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.evidence.selectors.verifying import verify


class Command(BaseCommand):
    help = "Compute every leaf, root and head of the evidence anew and compare; fails when something was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--head", default="", help="a head noted earlier; it must still be in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify(options["head"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(result)))
        else:
            self.stdout.write(
                f"{result.entries} entries, {result.batches} batches, {result.unsealed} not sealed yet, head {result.head}"
            )
            for problem in result.problems:
                self.stderr.write(problem)
        if result.problems:
            raise CommandError(f"{len(result.problems)} problems")
