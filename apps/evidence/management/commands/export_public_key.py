from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.evidence.receipts.keys import signing_key


class Command(BaseCommand):
    help = (
        "Write the public key of the log, by which receipts are checked without this system (tools/verify_receipt.py)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["pem", "hex"], default="pem", help="PEM, or 130 hexadecimal digits")

    def handle(self, *args: Any, **options: Any) -> None:
        key = signing_key()
        if key is None:
            raise CommandError("Set the environment variable SIGNING_KEY (see docs/operations.md).")
        self.stdout.write(key.pem if options["format"] == "pem" else f"{key.hexadecimal}\n", ending="")
        self.stderr.write(f"key id {key.key_id}, SM3 {key.sm3}, SHA-256 of the DER {key.sha256}")
