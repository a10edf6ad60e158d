import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.evidence.selectors.verifying import Verification
from apps.evidence.selectors.verifying.signed import Copy, read_copy
from apps.evidence.services.verifying import verify_on


class Command(BaseCommand):
    help = "Compute every leaf, root and head of the evidence anew and compare; fails when something was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--head", default="", help="a head noted earlier; it must still be in the chain")
        parser.add_argument("--checkpoint", action="append", default=[], help="a file with a checkpoint kept outside")
        parser.add_argument(
            "--since-last", action="store_true", help="read only what came since the last verification without problems"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        copies = [_copy(Path(name)) for name in options["checkpoint"]]
        head = options["head"].lower()
        if head.strip("0123456789abcdef") or len(head) % 2:
            raise CommandError("--head is not hexadecimal")
        result = verify_on(options["since_last"], head, copies)
        self._tell(result, options["json"])
        if result.count:
            raise CommandError(f"{result.count} problems")

    def _tell(self, result: Verification, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(result)))
            return
        since = f" since place {result.since}" if result.since else ""
        self.stdout.write(
            f"{result.entries} entries, {result.batches} batches, {result.unsealed} not sealed yet,"
            f" head {result.head}{since}"
        )
        for note in result.notes:
            self.stdout.write(note)
        for problem in result.problems:
            self.stderr.write(problem)


def _copy(path: Path) -> Copy:
    try:
        return read_copy(path.read_text())
    except (OSError, ValueError, KeyError) as wrong:
        raise CommandError(f"{path}: {wrong}") from wrong
