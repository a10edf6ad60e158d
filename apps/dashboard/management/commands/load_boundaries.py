from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.dashboard.services import load_boundaries
from apps.dashboard.services.boundaries import MAX_BYTES
from apps.regions.models import Region
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation


class Command(BaseCommand):
    help = (
        "Load the outlines (GeoJSON) of the regions directly below one, with the approval number of the map (审图号)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", required=True, help="division code of the region that the map is of")
        parser.add_argument("--number", required=True, help="审图号, such as 蒙S(2023)026号")
        parser.add_argument("--source", required=True, help="who published the map, and when")

    def handle(self, *args: Any, **options: Any) -> None:
        region = Region.objects.filter(code=options["region"]).first()
        if region is None:
            raise CommandError(f"There is no region {options['region']}.")
        try:
            with options["file"].open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            made = load_boundaries(
                system_actor("load_boundaries"), region, content, options["number"], options["source"]
            )
        except (OSError, RuleViolation) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made}: {made.outlines.count()}")
