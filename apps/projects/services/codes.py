"""Project codes: given once, gapless, never reused, however many are asked for at once."""

from django.db import connection
from django.utils.translation import gettext as _

from apps.projects.codepattern import KIND_LETTERS, CodePattern, parse_pattern
from apps.projects.models import Project
from apps.projects.selectors.settings import setting_of
from apps.regions.models import Department, Region
from imbudget.kit.errors import RuleViolation

# The counter's row stays locked until the act's transaction ends: who rolls back gives the number to the next one.
TAKE = """
INSERT INTO projects_projectcodecounter (prefix, last) VALUES (%(prefix)s, %(count)s)
ON CONFLICT (prefix) DO UPDATE SET last = projects_projectcodecounter.last + %(count)s
RETURNING last
"""
RAISE = """
INSERT INTO projects_projectcodecounter (prefix, last) VALUES (%(prefix)s, %(least)s)
ON CONFLICT (prefix) DO UPDATE SET last = greatest(projects_projectcodecounter.last, %(least)s)
"""
NO_DEPARTMENT = "000"


def next_code(region: Region, year: int, kind: str, department: Department | None = None) -> str:
    """The next code of the region by its pattern. Call it inside the transaction of the act that uses the code."""
    return next_codes(region, year, kind, 1, department)[0]


def next_codes(region: Region, year: int, kind: str, count: int, department: Department | None = None) -> list[str]:
    """As many codes in a row."""
    pattern = parse_pattern(setting_of(region).code_pattern)
    prefix = prefix_of(pattern, region, year, kind, department)
    codes = _take(pattern, prefix, count)
    if Project.objects.filter(code__in=codes).exists():
        _raise_above_known(pattern, prefix)
        codes = _take(pattern, prefix, count)
    return codes


def prefix_of(pattern: CodePattern, region: Region, year: int, kind: str, department: Department | None) -> str:
    """What stands before the sequence of the region's codes."""
    code = department.code[:3] if department else NO_DEPARTMENT
    values = {"division": region.code, "year": f"{year % 100:02d}", "department": code, "kind": KIND_LETTERS[kind]}
    return pattern.prefix(values)


def _take(pattern: CodePattern, prefix: str, count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"prefix": prefix, "count": count})
        last = cursor.fetchone()[0]
    try:
        return [pattern.code(prefix, number) for number in range(last - count + 1, last + 1)]
    except OverflowError as error:
        raise RuleViolation(
            _("The numbers of project codes that begin with %(prefix)s are used up.") % {"prefix": prefix}
        ) from error


def _raise_above_known(pattern: CodePattern, prefix: str) -> None:
    """Codes that came from elsewhere (an import) may stand where the counter has not been yet."""
    known = Project.objects.filter(code__startswith=prefix, code__regex=rf"^{prefix}\d{{{pattern.digits}}}$")
    highest = known.order_by("-code").values_list("code", flat=True).first()
    if highest:
        raise_counter(prefix, int(highest[len(prefix) :]))


def raise_counter(prefix: str, least: int) -> None:
    """Let the counter of this beginning stand at `least` or above."""
    with connection.cursor() as cursor:
        cursor.execute(RAISE, {"prefix": prefix, "least": least})
