import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.evidence.witnessing.comparing import faults, told_in_words


class Command(BaseCommand):
    help = (
        "Hold what stands outside of this system (chain, folder, other installations) against the checkpoints here; "
        "fails when something does not fit or cannot be asked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--newest", type=int, default=None, metavar="N", help="only the newest N checkpoints")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found, unasked = faults(options["newest"])
        if options["json"]:
            told = {"problems": found, "not_asked": unasked, "standing": told_in_words()}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(told_in_words())
            for each in (*found, *unasked):
                self.stderr.write(each)
        if found or unasked:
            raise CommandError(f"{len(found)} problems, {len(unasked)} not asked")
