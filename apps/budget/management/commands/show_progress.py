from typing import Any
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.budget import selectors
from apps.budget.models import BudgetRound
from apps.budget.selectors import RegionProgress
from apps.codes.selectors import year_being_compiled
from apps.regions.models import Region


class Command(BaseCommand):
    help = "Print who has handed in and what was compiled, for a region and those that report to it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("regions", nargs="*", default=["150000"])
        parser.add_argument("--year", type=int, help="by default the year being compiled")
        parser.add_argument("--round", default=BudgetRound.FIRST_UP, choices=BudgetRound.values)

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"] or year_being_compiled()
        heads = [
            _("region"),
            _("units due"),
            _("handed in"),
            _("accepted"),
            _("state"),
            _("total"),
            _("compiled figures"),
        ]
        for code in options["regions"]:
            region = Region.objects.filter(code=code).first()
            if region is None:
                raise CommandError(_("There is no region with the code %(code)s.") % {"code": code})
            rows = selectors.region_progress(region, year, options["round"])
            self.table([[str(head) for head in heads], *(self.row(row) for row in rows)])

    def row(self, row: RegionProgress) -> list[str]:
        name = f"{row.region} ({_('own level')})" if row.own else str(row.region)
        state = str(row.compilation.get_state_display()) if row.compilation else "—"
        compiled = f"{row.reported_total:,.2f}" if row.reported_total is not None else "—"
        counts = [str(row.due), str(row.handed_in), str(row.accepted)]
        return [name, *counts, state, f"{row.total:,.2f}", compiled]

    def table(self, rows: list[list[str]]) -> None:
        widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            cells = [
                _pad(text, width, right=column not in {0, 4})
                for column, (text, width) in enumerate(zip(row, widths, strict=True))
            ]
            self.stdout.write("  ".join(cells).rstrip())
        self.stdout.write("")


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks
