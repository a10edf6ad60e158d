"""Speed claims as commands: each prints one JSON line a claim, with its ratio to a limit measured in the same run.

    python -m benchmarks.rollup [--units 15000] [--lines 60] [--years 5]
    python -m benchmarks.scoped_list [--lines 1000000]
    python -m benchmarks.importing [--rows 1000000] [--workbook-rows 100000]
    python -m benchmarks.pdf [--rows 2000]
    python -m benchmarks.serving [--lines 100000]
    python -m benchmarks.pickers [--lines 15000]
    python -m benchmarks.regionfill

A limit is a named SQL file in `benchmarks/limits/` over the product's own tables, indexes and triggers.
"""
