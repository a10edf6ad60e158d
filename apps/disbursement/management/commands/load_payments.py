import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from apps.disbursement.demo.payments import Play
from apps.disbursement.models import TreasuryLink, Voucher
from apps.ledger.models import Authority
from imbudget.kit import registry
from imbudget.kit.signing import provider


class Command(BaseCommand):
    help = "Load payments into the demonstration, and tell its treasury whose stamps to believe (trust.json in the folder)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the treasury of the demonstration keeps key and journals")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Payments of the demonstration are sample data: set DEMO=1 to load them all the same.")
        folder: Path = options["folder"]
        if Voucher.objects.exists() or not Authority.objects.exists():
            self.stdout.write("no payments to load")
        else:
            key = (folder / "key").read_text(encoding="utf-8").strip()
            with translation.override("zh-hans"):
                count = Play(key, folder, self.stdout.write).run()
                for _name, end in sorted(registry.demo_ends.items()):
                    end()
            self.stdout.write(f"{count} payment requests")
        self._trust(folder)

    def _trust(self, folder: Path) -> None:
        keys = {link.holder: provider().public_key(link.holder).hex() for link in TreasuryLink.objects.all()}
        (folder / "trust.json").write_text(json.dumps(keys, ensure_ascii=False), encoding="utf-8")
