from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ledger import verification
from apps.regions.models import Region


class Command(BaseCommand):
    help = (
        "Replay all entries of the authority ledger and compare them with balances, reservations and documents; one"
        " line for each invariant. Fails when one of them does not hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--region", default="", metavar="CODE", help="only the books of this region itself")
        parser.add_argument("--year", type=int, help="only the books of this year")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = verification.verify(self.region(options["region"]), options["year"])
        for finding in findings:
            (self.stderr if finding.count else self.stdout).write(str(finding))
        broken = sum(1 for finding in findings if finding.count)
        if broken:
            raise CommandError(f"{broken} of {len(findings)} invariants do not hold")

    def region(self, code: str) -> int | None:
        if not code:
            return None
        region = Region.objects.filter(code=code).first()
        if region is None:
            raise CommandError(f"there is no region {code}")
        return region.pk
