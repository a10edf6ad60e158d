"""What `manage.py selfcheck` looks at in projects: sums that the database keeps, codes, and frozen versions."""

from typing import Any

from django.db import connection

from apps.projects.models import Project, ProjectVersion
from apps.projects.selectors.versions import is_intact
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

VERSIONS_READ = 50_000
WRONG_TOTALS = """
SELECT count(*) FROM projects_project p
LEFT JOIN (SELECT project_id, sum(amount) AS amount FROM projects_fundingline GROUP BY project_id) f
    ON f.project_id = p.id
WHERE p.total <> coalesce(f.amount, 0)
"""
# A code begins with its region's code, the one it bears now or one it bore when the code was given, and the year.
WRONG_CODES = """
SELECT count(*), min(p.code) FROM projects_project p JOIN regions_region r ON r.id = p.region_id
WHERE p.code !~ '^[0-9]{8}[0-9A-Z]{13}$' OR left(p.code, 6) <> r.code AND NOT EXISTS (
    SELECT 1 FROM regions_regioncodechange c WHERE c.region_id = r.id AND c.old_code = left(p.code, 6)
)
"""
WITHOUT_VERSION = """
SELECT count(*), min(p.code) FROM projects_project p
WHERE p.state IN ('stored', 'review_pending') AND NOT EXISTS (
    SELECT 1 FROM projects_projectversion v WHERE v.project_id = p.id
)
"""


def totals() -> str:
    """The total of each project is the sum of its funding lines."""
    wrong = _row(WRONG_TOTALS)[0]
    if wrong:
        raise CheckFailed(f"{wrong} totals of projects differ from their funding lines")
    return f"{Project.objects.count()} projects equal their funding lines"


def codes() -> str:
    """Every code has the national form and begins with its region."""
    wrong, first = _row(WRONG_CODES)
    if wrong:
        raise CheckFailed(f"{wrong} project codes have another form or another region's beginning, the first {first}")
    return f"{Project.objects.count()} codes have their form"


def versions() -> str:
    """Applications say what they said when they were frozen, and none stands in the store without one."""
    bare, first = _row(WITHOUT_VERSION)
    if bare:
        raise CheckFailed(f"{bare} approved projects have no version of their application, the first {first}")
    newest = ProjectVersion.objects.only("project_id", "number", "body", "digest").order_by("-pk")[:VERSIONS_READ]
    read, changed = 0, []
    for version in newest.iterator(1000):
        read += 1
        if not is_intact(version):
            changed.append(str(version))
    if changed:
        raise CheckFailed(f"{len(changed)} versions were changed after they were frozen, the first {changed[-1]}")
    return f"the newest {read} versions are what was handed in"


def _row(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


CHECKS = {
    "project_totals": SelfCheck("totals of projects", totals),
    "project_codes": SelfCheck("project codes", codes),
    "project_versions": SelfCheck("versions of applications", versions),
}
