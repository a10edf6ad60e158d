import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.selectors.sealed import verify, verify_file


def month_of(text: str) -> date:
    return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no hour


class Command(BaseCommand):
    help = "Compare the audit log with what was sealed; names each record that was changed, removed or added."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=month_of, help="only this month, as 2027-01")
        parser.add_argument("--file", type=Path, help="the file of that month instead of the database")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        month, path = options["month"], options["file"]
        if path and not month:
            raise CommandError("--file needs its --month")
        if path:
            problems = verify_file(path, month)
        else:
            found = verify(month)
            problems = found.problems
            said = f"{found.rows} records in {found.blocks} blocks, {found.unsealed} not sealed yet"
            self.stdout.write(json.dumps(asdict(found)) if options["json"] else said)
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems")
