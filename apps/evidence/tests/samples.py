"""Receipts made by hand, without a database: a log of some records, its head signed, a receipt of each."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from apps.evidence.canonical import HASH_OF, HASHES, canonical_bytes, leaf_of, root_of
from apps.evidence.merkle import inclusion_ranges
from apps.evidence.receipts.writing import FORMAT
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.signing import ALGORITHM, SoftwareProvider, key_id_of

SIGNER = SoftwareProvider(b"\x07" * 32)
KEY = SIGNER.public_key("evidence")
AT = datetime(2027, 3, 5, 1, 2, 3, 456789, tzinfo=UTC)


@dataclass(frozen=True)
class Log:
    """Its receipts by place, and the text and signature of its checkpoint."""

    receipts: tuple[dict[str, Any], ...]

    def copy(self, place: int = 2) -> dict[str, Any]:
        """A receipt that a test may change."""
        return json.loads(json.dumps(self.receipts[place]))


def body_of(number: int, version: int) -> bytes:
    values = {
        "event": "disbursement.voucher_made",
        "subject_type": "disbursement.PaymentRequest",
        "subject_id": str(100 + number),
        "subject_label": f"呼和浩特市第{number}中学 2027-{number:06d}",
        "actor_id": "7",
        "actor_name": "其其格",
        "post_label": "国库岗 ᠰᠠᠩ",
        "region_code": "150102",
        "address": "10.1.2.3",
    }
    facts = {
        "total": f"{number}00.50",
        "voucher": 'V\u2028"\\1',
        "rows": number,
        "签": [None, True, {"bb": 1, "a": "x"}],
    }
    return canonical_bytes(version, values, facts, AT + timedelta(seconds=number))


@cache
def log_of(size: int = 7, version: int = 2, signer: SoftwareProvider = SIGNER, origin: str = "imbudget") -> Log:
    """A log of so many records."""
    name = HASH_OF[version]
    bodies = [body_of(number, version) for number in range(size)]
    leaves = [leaf_of(version, body) for body in bodies]
    root = base64.b64encode(root_of(HASHES[name], leaves)).decode()
    lines = (origin, size, root, f"hash {name}", f"time {AT.isoformat()}", "number 3", f"previous {sm3_hex(b'')}")
    text = "".join(f"{line}\n" for line in lines)
    key = signer.public_key("evidence")
    checkpoint = {
        "text": text,
        "algorithm": ALGORITHM,
        "key_id": key_id_of(key),
        "signature": base64.b64encode(signer.sign("evidence", sm3(text.encode()))).decode(),
    }
    return Log(
        tuple(
            {
                "format": FORMAT,
                "record": {"format": version, "hash": name, "text": bodies[place].decode()},
                "leaf": leaves[place].hex(),
                "log": {"origin": origin, "place": place},
                "proof": {
                    "size": size,
                    "path": [root_of(HASHES[name], leaves[a:b]).hex() for a, b in inclusion_ranges(place, size)],
                },
                "checkpoint": checkpoint,
                "anchors": [{"kind": "chain", "name": "FISCO BCOS", "reference": "0x12"}],
            }
            for place in range(size)
        )
    )
