from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.lowcode.jsontext import read_json
from apps.lowcode.services.flows import load_default
from apps.regions.models import Region
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("load_flows")


class Command(BaseCommand):
    help = "Publish the flows of fixtures/flows/<type of document>.json for the whole region where there is none yet; a second run changes nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="files to load instead of fixtures/flows/*.json")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        root = Region.objects.filter(parent=None).order_by("code").first()
        if root is None:
            raise CommandError(_("Load the regions first."))
        files = options["files"] or sorted((Path(settings.BASE_DIR) / "fixtures" / "flows").glob("*.json"))
        for file in files:
            self._load(root, file)

    def _load(self, root: Region, file: Path) -> None:
        try:
            data = read_json(file.read_bytes())
            done = load_default(ACTOR, region=root, data=data, subject=file.stem)
        except (OSError, ValueError, RuleViolation) as error:
            raise CommandError(f"{file}: {error}") from error
        said = _("published") if done else _("is there already")
        self.stdout.write(f"{file.name}: {said}")
