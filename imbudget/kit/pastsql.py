"""What dated rows added and took away, for figures of months that nobody had looked at (`registry.Measure.moves`)."""

HISTORY = """
SELECT step.year, step.region, (step.at AT TIME ZONE '{zone}')::date, step.value FROM (
    SELECT {year} AS year, h.region_id AS region, ({value})::numeric AS value, h.history_date AS since,
        lead(h.history_date) OVER (PARTITION BY h.id ORDER BY h.history_date, h.history_id) AS until,
        h.history_type <> '-' AND ({counts}) AS counts
    FROM {history} h {joined}
) span CROSS JOIN LATERAL (
    VALUES (span.year, span.region, span.since, span.value), (span.year, span.region, span.until, -span.value)
) AS step (year, region, at, value)
WHERE span.counts AND step.at IS NOT NULL
"""
ZONE = "Asia/Shanghai"


def moves_of_history(history: str, year: str, value: str, counts: str, joined: str = "") -> str:
    """Each past state of a row (alias `h`) adds its value when it begins and takes it away when the next one begins.

    `history` is the table that triggers keep; `year`, `value` and `counts` are SQL over its columns.
    """
    return HISTORY.format(history=history, year=year, value=value, counts=counts, joined=joined, zone=ZONE)
