import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.evidence.anchoring import choosing
from apps.evidence.anchoring.chain import ChainDown, NotTaken, WrongChain

WANTED = ("EVIDENCE_CHAIN_NODES", "EVIDENCE_CHAIN_ID", "EVIDENCE_CHAIN_KEY")


class Command(BaseCommand):
    help = "Put the contract that keeps checkpoints onto the chain, and print what to set as EVIDENCE_CHAIN_CONTRACT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=int, default=60, help="how long to wait for the block")

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [name for name in WANTED if not getattr(settings, name)]
        if missing:
            raise CommandError(f"Set {', '.join(missing)} (see docs/operations.md).")
        if settings.EVIDENCE_CHAIN_CONTRACT:
            raise CommandError(f"EVIDENCE_CHAIN_CONTRACT is set already: {settings.EVIDENCE_CHAIN_CONTRACT}")
        try:
            chain = choosing.evm()
            written = chain.create()
            chain.send(written.raw)
            address = self._wait(chain, written.transaction, options["seconds"])
        except (ChainDown, WrongChain, NotTaken) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"account {chain.place().account}, transaction {written.transaction}")
        self.stdout.write(f"EVIDENCE_CHAIN_CONTRACT={address}")

    def _wait(self, chain: Any, transaction: str, seconds: int) -> str:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            address = chain.created(transaction)
            if address:
                return str(address)
            time.sleep(0.5)
        raise CommandError(f"no block within {seconds} s; ask later what became of {transaction}")
