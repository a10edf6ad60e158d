"""Where values are read from: each source is one statement over the targets of some projects' years.

A statement gives (target, value, gap, subject_label, subject_id): a value in the target's unit of measure, or the reason of
`Gap` why there is none, and the document it was read from. `asked` holds the targets of its source.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.performance.models import Gap
from apps.projects.models import GoalSource

ASKED = """
asked AS (
    SELECT t.id, t.measure, y.id AS of_id, y.project_id, y.year_id, y.budget, y.executed, p.code
    FROM performance_target t
    JOIN performance_projectyear y ON y.id = t.of_id
    JOIN projects_project p ON p.id = y.project_id
    WHERE y.id = ANY(%(years)s) AND t.source = %(source)s AND t.nature <> 'qualitative'
)
"""
# Unit of measure → what one of it holds of the source's own unit.
MEASURES: Mapping[str, Mapping[str, int]] = {
    "yuan": {"元": 1, "万元": 10_000, "亿元": 100_000_000},
    "mu": {"亩": 1, "万亩": 10_000, "公顷": 15, "万公顷": 150_000},
    "household": {"户": 1, "户次": 1, "万户": 10_000},
}


def _scale(name: str) -> str:
    """SQL for what one of the target's unit holds of the source's; nothing where the source does not know the unit."""
    known = "".join(f" WHEN '{measure}' THEN {factor}" for measure, factor in MEASURES[name].items())
    return f"CASE a.measure{known} END"


@dataclass(frozen=True, slots=True)
class Source:
    """One way to read values; `gaps` are the reasons it may give for none."""

    code: str
    statement: str
    gaps: tuple[str, ...]


EXECUTION = """
SELECT a.id, CASE WHEN a.budget > 0 THEN round(a.executed * 100 / a.budget, 2) END,
    CASE WHEN a.budget > 0 THEN '' ELSE 'no_budget' END, 'projects.project', a.project_id::text
FROM asked a
"""
PAID = f"""
SELECT a.id, round(a.executed / s.factor, 4), CASE WHEN s.factor IS NULL THEN 'measure' ELSE '' END,
    'projects.project', a.project_id::text
FROM asked a CROSS JOIN LATERAL (SELECT {_scale("yuan")} AS factor) s
"""  # noqa: S608 - constants
# Values come with each report as it is handed in: all that is found here is that none says anything.
PROGRESS = """
SELECT a.id, NULL::numeric, 'no_report', '', ''
FROM asked a
WHERE NOT EXISTS (
    SELECT FROM performance_progressquantity q JOIN performance_progressreport r ON r.id = q.report_id
    WHERE q.target_id = a.id AND r.state <> 'draft'
)
"""
# Days from the beginning of the works (the first of January where no report names it), or the month; per cent: how much is done.
FINISHED = """
SELECT a.id,
    CASE WHEN a.measure IN ('%%', '％') THEN l.percent
         WHEN a.measure IN ('天', '日', '日历天') THEN f.finished_on - coalesce(b.started_on, make_date(a.year_id, 1, 1)) + 1
         WHEN a.measure IN ('月', '月份', '个月') THEN extract(month FROM f.finished_on) END,
    CASE WHEN a.measure NOT IN ('%%', '％', '天', '日', '日历天', '月', '月份', '个月') THEN 'measure'
         WHEN l.id IS NULL THEN 'no_report'
         WHEN a.measure NOT IN ('%%', '％') AND f.id IS NULL THEN 'not_finished' ELSE '' END,
    CASE WHEN l.id IS NULL THEN '' ELSE 'performance.progressreport' END, coalesce(f.id, l.id)::text
FROM asked a
LEFT JOIN LATERAL (
    SELECT r.id, r.percent FROM performance_progressreport r
    WHERE r.of_id = a.of_id AND r.state = 'submitted' ORDER BY r.as_of DESC, r.id DESC LIMIT 1
) l ON true
LEFT JOIN LATERAL (
    SELECT r.id, r.finished_on FROM performance_progressreport r
    WHERE r.of_id = a.of_id AND r.state = 'submitted' AND r.finished_on IS NOT NULL
    ORDER BY r.as_of DESC, r.id DESC LIMIT 1
) f ON true
LEFT JOIN LATERAL (
    SELECT min(r.started_on) AS started_on FROM performance_progressreport r
    WHERE r.of_id = a.of_id AND r.state = 'submitted'
) b ON true
"""
# As many keys as the column holds: one that is cut would name another document.
WHOLE_KEYS = "CASE WHEN length(keys) > 40 THEN regexp_replace(left(keys, 41), ',[^,]*$', '') ELSE keys END"
# A household counts once in a year; of land that several instalments pay, the largest of them counts.
ROSTERS = f"""
, paid AS (
    SELECT a.of_id, r.id AS roster, r.subsidy_id, s.measure, coalesce(l.household_id::text, l.code) AS household,
        max(l.quantity) AS quantity
    FROM (SELECT DISTINCT of_id, project_id, year_id, code FROM asked) a
    JOIN ledger_authority h ON h.project_code = a.code AND h.project_code <> '' AND h.project_id = a.project_id AND h.year_id = a.year_id
    JOIN subsidy_rosterpayment p ON p.authority_id = h.id
    JOIN subsidy_roster r ON r.id = p.roster_id
    JOIN subsidy_subsidy s ON s.id = r.subsidy_id
    LEFT JOIN subsidy_rosterline l ON l.request_id = p.request_id AND l.outcome = 'paid'
    GROUP BY 1, 2, 3, 4, 5
), rosters AS (
    SELECT of_id, {WHOLE_KEYS} AS keys, households
    FROM (
        SELECT of_id, string_agg(DISTINCT roster::text, ',') AS keys, count(DISTINCT household) AS households
        FROM paid GROUP BY of_id
    ) joined
)
"""  # noqa: S608 - constants
HOUSEHOLDS = f"""
SELECT a.id, round(r.households / s.factor::numeric, 4),
    CASE WHEN r.of_id IS NULL THEN 'no_roster' WHEN s.factor IS NULL THEN 'measure' ELSE '' END,
    CASE WHEN r.of_id IS NULL THEN '' ELSE 'subsidy.roster' END, coalesce(r.keys, '')
FROM asked a LEFT JOIN rosters r ON r.of_id = a.of_id
CROSS JOIN LATERAL (SELECT {_scale("household")} AS factor) s
"""  # noqa: S608 - constants
AREA = f"""
SELECT a.id, round(coalesce(l.area, 0) / s.factor, 4),
    CASE WHEN r.of_id IS NULL THEN 'no_roster' WHEN s.factor IS NULL THEN 'measure' ELSE '' END,
    CASE WHEN r.of_id IS NULL THEN '' ELSE 'subsidy.roster' END, coalesce(r.keys, '')
FROM asked a LEFT JOIN rosters r ON r.of_id = a.of_id
LEFT JOIN (
    SELECT of_id, sum(quantity) AS area FROM (
        SELECT of_id, subsidy_id, household, max(quantity) AS quantity FROM paid WHERE measure = 'mu' GROUP BY 1, 2, 3
    ) once GROUP BY of_id
) l ON l.of_id = a.of_id
CROSS JOIN LATERAL (SELECT {_scale("mu")} AS factor) s
"""  # noqa: S608 - constants
# Days of the calendar from the hand-in to the last approval, with one decimal.
APPROVAL = """
SELECT a.id, round(extract(epoch FROM c.ended_at - c.started_at)::numeric / 86400, 1),
    CASE WHEN c.id IS NULL THEN 'no_case' ELSE '' END,
    CASE WHEN c.id IS NULL THEN '' ELSE 'lowcode.case' END, coalesce(c.id::text, '')
FROM asked a LEFT JOIN LATERAL (
    SELECT c.id, c.started_at, c.ended_at FROM lowcode_case c
    WHERE c.subject = 'projects.application' AND c.document_id = a.project_id AND c.state = 'approved' AND c.ended_at IS NOT NULL
    ORDER BY c.id DESC LIMIT 1
) c ON true
"""
REVIEW = """
SELECT a.id, round(extract(epoch FROM d.closed_at - d.opened_at)::numeric / 86400, 1),
    CASE WHEN d.id IS NULL THEN 'no_review' ELSE '' END,
    CASE WHEN d.id IS NULL THEN '' ELSE 'review.dossier' END, coalesce(d.id::text, '')
FROM asked a LEFT JOIN LATERAL (
    SELECT d.id, d.opened_at, d.closed_at FROM review_dossier d
    WHERE d.project_id = a.project_id AND d.state <> 'open' AND d.closed_at IS NOT NULL ORDER BY d.id DESC LIMIT 1
) d ON true
"""
SURVEY = """
SELECT a.id, s.score, CASE WHEN s.id IS NULL THEN 'no_survey' WHEN s.score IS NULL THEN 'few_answers' ELSE '' END,
    CASE WHEN s.id IS NULL THEN '' ELSE 'performance.survey' END, coalesce(s.id::text, '')
FROM asked a LEFT JOIN LATERAL (
    SELECT s.id, s.score FROM performance_survey s
    WHERE s.target_id = a.id AND s.state = 'closed' ORDER BY s.id DESC LIMIT 1
) s ON true
"""

G, S = Gap, GoalSource
SOURCES: dict[str, Source] = {
    source.code: source
    for source in (
        Source(S.EXECUTION, f"WITH {ASKED} {EXECUTION}", (G.NO_BUDGET,)),
        Source(S.PAID, f"WITH {ASKED} {PAID}", (G.MEASURE,)),
        Source(S.PROGRESS, f"WITH {ASKED} {PROGRESS}", (G.NO_REPORT,)),
        Source(S.FINISHED, f"WITH {ASKED} {FINISHED}", (G.NO_REPORT, G.NOT_FINISHED, G.MEASURE)),
        Source(S.HOUSEHOLDS, f"WITH {ASKED} {ROSTERS} {HOUSEHOLDS}", (G.NO_ROSTER, G.MEASURE)),
        Source(S.AREA, f"WITH {ASKED} {ROSTERS} {AREA}", (G.NO_ROSTER, G.MEASURE)),
        Source(S.APPROVAL, f"WITH {ASKED} {APPROVAL}", (G.NO_CASE,)),
        Source(S.REVIEW, f"WITH {ASKED} {REVIEW}", (G.NO_REVIEW,)),
        Source(S.SURVEY, f"WITH {ASKED} {SURVEY}", (G.NO_SURVEY, G.FEW_ANSWERS)),
    )
}
