"""Which chain is set: none, or one that is spoken to by web3, which is loaded at that moment and not before."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings

from apps.evidence.anchoring.chain import Chain, WrongChain

WANTED = ("EVIDENCE_CHAIN_NODES", "EVIDENCE_CHAIN_ID", "EVIDENCE_CHAIN_KEY", "EVIDENCE_CHAIN_CONTRACT")


def is_set() -> bool:
    """Whether checkpoints are anchored at all."""
    return bool(settings.EVIDENCE_CHAIN != "none")


def chosen() -> Chain | None:
    """The chain for one round of work; None where none is set. Raises WrongChain where a setting is missing."""
    if not is_set():
        return None
    missing = [name for name in WANTED if not getattr(settings, name)]
    if missing:
        raise WrongChain(f"not set: {', '.join(missing)}")
    return evm()


def evm() -> "Evm":  # type: ignore[name-defined]  # noqa: F821 - known to its room alone
    """The chain by Ethereum JSON-RPC."""
    with limits_kept():
        from apps.evidence.anchoring.evm import Evm, nodes_at

    addresses = [(shown(address), address) for address in settings.EVIDENCE_CHAIN_NODES]
    nodes = nodes_at(addresses, settings.EVIDENCE_CHAIN_AUTHORITY)
    key: bytes = settings.EVIDENCE_CHAIN_KEY or b""
    return Evm(nodes, settings.EVIDENCE_CHAIN_ID, settings.EVIDENCE_CHAIN_CONTRACT, key)


@contextmanager
def limits_kept() -> Iterator[None]:
    """While packages of Ethereum are loaded: one of them raises the limit of recursion to 100,000 for the whole process.

    With that, nested JSON of a stranger would end the process instead of being refused.
    """
    limit = sys.getrecursionlimit()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def shown(address: str) -> str:
    """A node as people see it: host and port, without what the rest of an address may hold in secrets."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
