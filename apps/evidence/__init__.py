"""存证: an append-only, tamper-evident record of key operations.

Owns: entries written in the act's own transaction, batches that a sealer chains, and their verification.
Never: knows another app; it stores names, labels and amounts as text, so that it outlives every row.
"""
