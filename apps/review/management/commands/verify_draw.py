import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.review.models import Draw
from apps.review.selectors.verifying import verify_draw


class Command(BaseCommand):
    help = "Repeat draws of experts from their stored facts and say whether each is equal; fails when one is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("draw", type=int, nargs="*", help="numbers of the draws, as in the address of their pages")
        parser.add_argument("--all", action="store_true", help="every draw that has been made")
        parser.add_argument("--json", action="store_true", help="print a JSON line for each draw")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = self.wanted(options)
        unequal = 0
        for pk in wanted:
            unequal += not self.verify(pk, options["json"])
        if unequal:
            raise CommandError(f"{unequal} of {len(wanted)} draws are not equal")

    def wanted(self, options: dict[str, Any]) -> list[int]:
        if options["all"] == bool(options["draw"]):
            raise CommandError("name draws, or ask for --all")
        if options["all"]:
            return list(Draw.objects.filter(state="drawn").order_by("pk").values_list("pk", flat=True))
        known = set(Draw.objects.filter(pk__in=options["draw"]).values_list("pk", flat=True))
        if missing := [pk for pk in options["draw"] if pk not in known]:
            raise CommandError(f"no such draw: {', '.join(map(str, missing))}")
        return list(options["draw"])

    def verify(self, pk: int, as_json: bool) -> bool:
        draw = Draw.objects.for_verifying().get(pk=pk)
        found = verify_draw(draw)
        drawn = draw.state == "drawn"
        if as_json:
            checks = {check.name: check.ok for check in found.checks}
            facts = {"draw": pk, "state": draw.state, "equal": found.is_equal, "checks": checks}
            self.stdout.write(json.dumps(facts))
        else:
            self.stdout.write(
                f"draw {pk}: {'equal' if found.is_equal else 'NOT EQUAL'}{'' if drawn else ' (not drawn)'}"
            )
            for check in found.problems:
                self.stderr.write(f"  {check.name}: {check.label}: no {check.detail}".rstrip())
        return found.is_equal
