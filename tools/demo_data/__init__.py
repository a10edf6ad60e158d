"""The sample data: departments, units, workbooks, spoilt files and three years of history, made up but plausible.

`python -m tools.demo_data` writes them below fixtures/. Every unit has its own random numbers, seeded by its code,
so that adding a unit leaves the figures of all others as they were.
"""

COMPILED_YEAR = 2027
HISTORY_YEARS = (2024, 2025, 2026)
SEED = 20270101
