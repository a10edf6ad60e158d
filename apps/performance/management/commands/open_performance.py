from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear
from apps.performance import services
from apps.regions.models import Region
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("open_performance")


class Command(BaseCommand):
    help = "Open a year's performance for the stored projects of all regions, or of some; a second run opens only new ones."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--regions", nargs="*", default=[], help="codes of divisions")

    def handle(self, *args: Any, **options: Any) -> None:
        year = FiscalYear.objects.filter(pk=options["year"]).first()
        if year is None:
            raise CommandError(_("There is no fiscal year %(year)s.") % {"year": options["year"]})
        regions = Region.objects.order_by("code")
        regions = regions.filter(code__in=options["regions"]) if options["regions"] else regions
        try:
            count = sum(services.open_years(ACTOR, region, year) for region in regions)
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(count))
