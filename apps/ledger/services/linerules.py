"""The rules of a document's lines in SQL: each question returns what breaks one, the first few and how much it is.

`rule` names what is broken, `key` the row that the words speak of; a line's own errors carry its `number`.
"""

# The planner's statistics know nothing of the rows that a document has just got: it may take them for a few, and read
# all of them for each line. Many lines are joined by hashing.
PLAN = """
SELECT set_config('enable_nestloop', CASE WHEN count(*) > 200 THEN 'off' ELSE 'on' END, true)
FROM ledger_documentline WHERE document_id = %(document)s
"""
PLAN_BACK = "SET LOCAL enable_nestloop = on"
# Where it will be posted and no books stand open: of the year, of the next one, of the receiving regions.
BOOKS = """
SELECT place.region_id, place.year_id FROM (
    SELECT region_id, year_id FROM ledger_authoritydocument WHERE id = %(document)s
    UNION SELECT region_id, year_id FROM ledger_documentline WHERE document_id = %(document)s
    UNION SELECT l.receiving_region_id, l.year_id
        FROM ledger_documentline l JOIN ledger_authoritydocument d ON d.id = l.document_id AND d.kind = 'transfer'
        WHERE l.document_id = %(document)s AND l.receiving_region_id IS NOT NULL
) AS place
WHERE NOT EXISTS (SELECT FROM ledger_books b
                  WHERE b.region_id = place.region_id AND b.year_id = place.year_id AND b.state = 'open')
ORDER BY 1, 2
"""
# A line that names a pending authority as both ends issues it as a whole: it stays the same one and moves on.
IS_WHOLE = "(o.id = t.id AND o.state = 'pending')"
END_STATE = f"CASE WHEN {IS_WHOLE} THEN 'executable' ELSE coalesce(t.state, l.target_state) END"
ENDS = """
FROM ledger_documentline l
JOIN ledger_authoritydocument d ON d.id = l.document_id
LEFT JOIN ledger_authority o ON o.id = l.origin_id
LEFT JOIN ledger_authority t ON t.id = l.target_id
"""
# What is carried over stays with its unit and its project: giving it to another is a re-allocation.
LEAVES_ITS_UNIT = """(d.kind = 'carry_over' AND o.id IS NOT NULL
    AND (l.unit_id IS DISTINCT FROM o.unit_id OR l.project_code <> o.project_code))"""
# Each line with what its rules look at, in columns.
LOOKED_AT = f"""
SELECT l.number, l.year_id AS year, d.region_id AS home, d.year_id AS of_year, d.unit_id AS of_unit,
       d.year_id + CASE d.kind WHEN 'carry_over' THEN 1 ELSE 0 END AS goal_year,
       o.id AS origin, o.region_id AS origin_region, o.year_id AS origin_year, o.unit_id AS origin_unit,
       t.id AS target, t.region_id AS target_region, t.year_id AS target_year, t.unit_id AS target_unit,
       l.unit_id AS unit, u.region_id AS unit_region, l.target_state, coalesce(r.reports_to_id, r.parent_id) AS upper,
       l.function_id AS function, l.department_economic_id AS economic, l.government_economic_id AS government,
       l.fund_id AS fund, k.code AS fund_code, ok.code AS origin_fund, f.is_leaf AS function_leaf,
       f.year_id AS function_year, e.is_leaf AS economic_leaf, e.year_id AS economic_year, k.is_leaf AS fund_leaf,
       k.year_id AS fund_year, t.id IS NULL AND l.target_state <> '' AS is_new,
       t.id IS NULL AND l.target_state IN ('pending', 'executable') AS is_new_of_unit, {IS_WHOLE} AS is_whole,
       m.to_state IS NOT NULL AND NOT {LEAVES_ITS_UNIT} AS may_move
{ENDS}
LEFT JOIN codes_code k ON k.id = coalesce(t.fund_id, l.fund_id)
LEFT JOIN codes_code ok ON ok.id = o.fund_id
LEFT JOIN codes_code f ON f.id = l.function_id
LEFT JOIN codes_code e ON e.id = l.department_economic_id
LEFT JOIN regions_unit u ON u.id = l.unit_id
LEFT JOIN regions_region r ON r.id = l.receiving_region_id
LEFT JOIN unnest(%(from)s::text[], %(to)s::text[], %(next)s::boolean[]) AS m (from_state, to_state, next_year)
    ON m.from_state = coalesce(o.state, '') AND m.to_state = {END_STATE} AND m.next_year = (l.year_id <> d.year_id)
WHERE l.document_id = %(document)s
"""
# (place in the order of words, rule, key, whether it is broken). A line that may not move at all says nothing else.
RULES = """
(1, 'move', NULL, NOT may_move),
(2, 'back', NULL, may_move AND origin = target AND NOT is_whole),
(3, 'region', origin, may_move AND origin_region <> home),
(4, 'region', target, may_move AND target_region <> home),
(5, 'year', origin, may_move AND origin_year <> of_year),
(6, 'year', target, may_move AND target_year <> goal_year),
(7, 'foreign', unit, may_move AND unit_region <> home),
(8, 'own', NULL, may_move AND of_unit IS NOT NULL AND (unit IS DISTINCT FROM of_unit
    OR origin IS NOT NULL AND origin_unit IS DISTINCT FROM of_unit
    OR target IS NOT NULL AND target_unit IS DISTINCT FROM of_unit)),
(9, 'receiver', NULL, may_move AND target_state = 'sent' AND upper IS DISTINCT FROM home),
(10, 'fund', NULL, may_move AND origin_fund <> fund_code),
(11, 'leaf', fund, may_move AND is_new AND (NOT fund_leaf OR fund_year <> year)),
(12, 'leaf', function, may_move AND is_new AND (NOT function_leaf OR function_year <> year)),
(13, 'leaf', economic, may_move AND is_new AND (NOT economic_leaf OR economic_year <> year)),
(14, 'unit', NULL, may_move AND is_new_of_unit AND (unit IS NULL OR function IS NULL)),
(15, 'nature', economic, may_move AND is_new_of_unit AND unit IS NOT NULL AND function IS NOT NULL
    AND economic IS NOT NULL AND government IS NULL)
"""
LINES = f"""
SELECT l.number, r.rule, r.key, l.year, count(*) OVER () AS found
FROM ({LOOKED_AT}) l CROSS JOIN LATERAL (VALUES {RULES}) AS r (place, rule, key, broken)
WHERE r.broken ORDER BY l.number, r.place LIMIT %(most)s
"""  # noqa: S608 - constants
WHOLE = f"""
WITH times AS (
    SELECT e.id, count(*) AS times FROM (
        SELECT origin_id AS id FROM ledger_documentline WHERE document_id = %(document)s
        UNION ALL
        SELECT target_id FROM ledger_documentline
        WHERE document_id = %(document)s AND target_id IS DISTINCT FROM origin_id
    ) e GROUP BY e.id
)
SELECT 'whole' AS rule, o.id AS key, b.available, count(*) OVER () AS found
{ENDS}
JOIN ledger_balance b ON b.authority_id = o.id
JOIN times n ON n.id = o.id
WHERE l.document_id = %(document)s AND {IS_WHOLE} AND (l.amount <> b.available OR n.times > 1)
ORDER BY l.number LIMIT %(most)s
"""  # noqa: S608 - constants
# Two lines that take from the same authority are added up.
TAKEN = f"""
SELECT 'taken' AS rule, o.id AS key, b.available, sum(l.amount) AS amount, count(*) OVER () AS found
{ENDS}
JOIN ledger_balance b ON b.authority_id = o.id
WHERE l.document_id = %(document)s AND {IS_WHOLE} IS NOT TRUE
GROUP BY o.id, b.available HAVING sum(l.amount) > b.available
ORDER BY min(l.number) LIMIT %(most)s
"""
# 先有项目再安排预算: money for a project in the store only, within its term and up to what was reviewed.
PROJECTS = f"""
WITH wanted AS (
    SELECT l.project_id, sum(l.amount) AS amount, min(d.year_id) AS year
    {ENDS}
    WHERE l.document_id = %(document)s AND l.project_id IS NOT NULL AND {END_STATE} = 'executable'
        AND l.project_id IS DISTINCT FROM CASE o.state WHEN 'executable' THEN o.project_id END
    GROUP BY l.project_id
), looked_at AS (
    SELECT p.id, p.code, w.year, w.amount, p.state <> 'stored' OR w.year NOT BETWEEN p.start_year AND p.end_year AS is_out,
           least(p.total, p.reviewed) - coalesce((
               SELECT sum(b.amount + b.increased - b.decreased)
               FROM ledger_authority a JOIN ledger_balance b ON b.authority_id = a.id
               WHERE a.project_code = p.code AND a.project_id = p.id AND a.state = 'executable'
           ), 0) AS rest
    FROM wanted w JOIN projects_project p ON p.id = w.project_id
)
SELECT r.rule, p.id AS key, p.year, p.amount, p.rest, count(*) OVER () AS found
FROM looked_at p CROSS JOIN LATERAL (VALUES (1, 'store', p.is_out), (2, 'cap', p.amount > p.rest)) AS r (place, rule, broken)
WHERE r.broken ORDER BY p.code, r.place LIMIT %(most)s
"""  # noqa: S608 - constants
