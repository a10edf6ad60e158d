"""A log of any size, written by generated SQL as the product would have written it: entries, batches, tiles, a checkpoint."""

import hashlib
import time
from collections.abc import Iterator
from typing import Any

BATCH = 5000
# As many facts, names and labels as the entries of the demonstration carry on average.
ENTRIES = """
INSERT INTO evidence_entry (event, subject_type, subject_id, subject_label, actor_id, actor_name, post_label, region_code,
    address, facts, recorded_at, leaf, version)
SELECT 'disbursement.request_submitted', 'disbursement.PaymentRequest', i::text, '2027-' || i, (i %% 9999)::text, '其其格',
    '海拉尔区财政局 · 审核岗', '150702', '10.1.2.' || i %% 255,
    jsonb_build_object('document', '2027-' || i, 'amount', (i * 3)::text || '.25', 'step', 'office', 'round', 'first_up'),
    now(), '', 2
FROM generate_series(%s::bigint, %s::bigint) i
"""


def fill_log(entries: int, genuine: int) -> None:
    """So many entries, sealed; the first `genuine` of them with the leaves of their records, all with the tiles of their leaves.

    The others have leaves of their own number only, which is enough for proofs and makes millions quick.
    """
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("ALTER TABLE evidence_entry SET UNLOGGED")
        for first in range(1, entries + 1, 500_000):
            cursor.execute(ENTRIES, [first, min(entries, first + 499_999)])
        cursor.execute("SET session_replication_role = origin")
    print(f"# {entries} rows in {time.perf_counter() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        _leaves(cursor, genuine)
        _seal(cursor, entries)
        cursor.execute("VACUUM ANALYZE evidence_entry, evidence_batch, evidence_tile")


def _leaves(cursor: Any, genuine: int) -> None:
    raise NotImplementedError
