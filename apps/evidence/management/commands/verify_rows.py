import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.evidence import services
from apps.evidence.selectors.rowcheck import check_rows
from imbudget.kit.actor import system_actor


class Command(BaseCommand):
    help = "Compare payments, entries of the ledger, scores and conclusions with their chained versions; name what does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since", help="only what was written or sealed since then: 2026-11-29 or 2026-11-29T08:00"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--accept", nargs=2, metavar=("TABLE", "KEY"), help="a row stays as it stands now")
        parser.add_argument("--take-in", metavar="TABLE", help="all rows of a table stay as they stand now")
        parser.add_argument("--reason", default="", help="why, for the evidence; wanted by --accept and --take-in")

    def handle(self, *args: Any, **options: Any) -> None:
        actor, reason = system_actor("verify_rows"), options["reason"]
        if options["accept"]:
            table, key = options["accept"]
            services.accept_row(actor, table, _number(key), reason)
        if options["take_in"]:
            services.take_in_rows(actor, options["take_in"], reason)
        result = check_rows(_moment(options["since"]))
        if options["json"]:
            self.stdout.write(json.dumps(asdict(result)))
        else:
            self.stdout.write(
                f"{result.rows} rows, {result.versions} versions in {result.batches} batches, {result.waiting} not sealed yet"
            )
            for problem in result.problems:
                self.stderr.write(problem)
        if result.problems:
            raise CommandError(f"{len(result.problems)} problems")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is no time.") from error
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise CommandError(f"{text} is no key of a row.")
    return int(text)
