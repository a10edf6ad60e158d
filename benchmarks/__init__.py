"""Speed claims as commands: each prints one JSON line a claim, with its ratio to a limit measured in the same run.

    python -m benchmarks.rollup [--lines 100000]
    python -m benchmarks.scoped_list [--lines 100000]

A limit is a named SQL file in `benchmarks/limits/` over the product's own tables, indexes and triggers.
"""
