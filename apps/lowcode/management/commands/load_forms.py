from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.lowcode.jsontext import read_json
from apps.lowcode.models import FormDefinition
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.selectors.forms import published_of
from apps.lowcode.services.forms import Place, import_form, publish_form
from apps.lowcode.services.versions import digest_of
from apps.regions.models import Region
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation


class Command(BaseCommand):
    help = "Publish the forms of a folder (fixtures/forms) at the top region; may be run at any time, changes only what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=Path(settings.BASE_DIR) / "fixtures" / "forms")

    def handle(self, *args: Any, **options: Any) -> None:
        region = Region.objects.filter(parent=None).order_by("pk").first()
        if region is None:
            raise CommandError("There is no region yet: load the regions first.")
        for path in sorted(options["folder"].glob("*.json")):
            try:
                with transaction.atomic():
                    self.stdout.write(f"{path.name}: {self.load(path, region)}")
            except (RuleViolation, ValueError) as error:
                raise CommandError(f"{path.name}: {error}") from error

    def load(self, path: Path, region: Region) -> str:
        """Returns published or same."""
        actor = system_actor("load_forms")
        data = read_json(path.read_bytes())
        known = FormDefinition.objects.filter(region=region, unit=None, code=data.get("code")).first()
        in_use = published_of(known) if known else None
        if in_use is not None and digest_of(canonical(data)) == in_use.digest:
            return "same"
        version = import_form(actor, place=Place(region), data=data)
        publish_form(actor, version.definition)
        return "published"


def canonical(data: dict[str, Any]) -> dict[str, Any]:
    """The part of an exported file that a version holds, in its one form. Raises DefinitionErrors."""
    return parse_form({key: value for key, value in data.items() if key in ("format", "fields")}).as_json()
