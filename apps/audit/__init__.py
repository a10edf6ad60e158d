"""审计: who looked at what, took it away, was refused: more than the key operations, kept for a term and then removed."""
