from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from apps.budget.demo import people
from apps.codes.models import FiscalYear, YearState
from apps.codes.selectors import year_being_compiled
from apps.regions.models import Region
from apps.reports.demo.play import in_order, play, refusal_of, set_up

CITIES = ("150100", "150200", "150700")


class Command(BaseCommand):
    help = (
        "Play a whole budget year of demonstration regions by the services that pages use: timetable, both submissions,"
        " control figures, approval, letters, additions, re-allocation, payments, carry-over, closed books. Ends by"
        " replaying the ledger and comparing the published tables; fails when anything does not tie. Once for each year."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--regions", nargs="+", default=list(CITIES), metavar="CODE", help="the three pilot cities")
        parser.add_argument("--year", type=int, help="by default the year being compiled")

    def handle(self, *args: Any, **options: Any) -> None:
        if not people.is_allowed():
            raise CommandError("People with passwords that everybody knows act here: set DEMO=1 to play a year.")
        year = options["year"] or year_being_compiled()
        self.look_at_year(year)
        regions = in_order([self.region(code) for code in dict.fromkeys(options["regions"])])
        refusals = [refusal for region in regions if (refusal := refusal_of(region, year))]
        if refusals:
            raise CommandError("; ".join(refusals))
        with translation.override("zh-hans"):
            vacant = set_up(regions)
            self.stdout.write(f"{year}: {len(regions)} regions, {vacant} vacant posts filled")
            failed = [region.code for region in regions if not play(region, year, self.stdout.write)]
        if failed:
            raise CommandError(f"the year does not hold together in {', '.join(failed)}")

    def look_at_year(self, year: int) -> None:
        state = FiscalYear.objects.filter(pk=year).values_list("state", flat=True).first()
        if state is None:
            raise CommandError(f"there is no year {year} in the system")
        if state == YearState.CLOSED:
            raise CommandError(f"the year {year} is closed")

    def region(self, code: str) -> Region:
        region = Region.objects.select_related("parent", "reports_to").filter(code=code).first()
        if region is None:
            raise CommandError(f"there is no region {code}")
        if not region.units.exists():
            raise CommandError(f"{region} has no budget unit of its own level")
        return region
