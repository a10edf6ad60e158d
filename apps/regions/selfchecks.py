"""What `manage.py selfcheck` looks at in the tree of regions."""

from django.db import connection

from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

# Each row of a result is one broken rule of the nested sets, or a league that does not match the tree.
BROKEN = """
WITH tree AS (SELECT id, code, lft, rght, tree_id, level, parent_id, league_id FROM regions_region)
SELECT 'left not before right: ' || code FROM tree WHERE lft >= rght
UNION ALL
SELECT 'not inside its upper region: ' || c.code FROM tree c JOIN tree p ON p.id = c.parent_id
WHERE c.tree_id <> p.tree_id OR c.lft <= p.lft OR c.rght >= p.rght OR c.level <> p.level + 1
UNION ALL
SELECT 'a top with a level: ' || code FROM tree WHERE parent_id IS NULL AND level <> 0
UNION ALL
SELECT 'overlaps a neighbour: ' || a.code FROM tree a
JOIN tree b ON a.tree_id = b.tree_id AND a.id <> b.id AND a.lft < b.lft AND b.lft < a.rght AND a.rght < b.rght
UNION ALL
SELECT 'a number used twice in tree ' || tree_id FROM (
    SELECT tree_id, lft AS edge FROM tree UNION ALL SELECT tree_id, rght FROM tree
) edges GROUP BY tree_id, edge HAVING count(*) > 1
UNION ALL
SELECT 'its league is another one: ' || c.code FROM tree c JOIN tree l
ON l.tree_id = c.tree_id AND l.level = least(c.level, 1) AND l.lft <= c.lft AND l.rght >= c.rght
WHERE c.league_id IS DISTINCT FROM l.id
UNION ALL
SELECT 'unit in another league than its region: ' || u.code FROM regions_unit u JOIN tree r ON r.id = u.region_id
WHERE u.league_id IS DISTINCT FROM r.league_id
"""


def tree() -> str:
    """The nested sets nest, and leagues match the tree."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        problems = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM regions_region")
        count = cursor.fetchone()[0]
    if problems:
        raise CheckFailed("; ".join(problems[:3]) + f" ({len(problems)} problems)")
    return f"{count} regions in order"


CHECKS = {"tree": SelfCheck("tree of regions", tree)}
