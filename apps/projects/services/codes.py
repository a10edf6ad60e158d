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
# The highest known number that a counter follows; and where the unbroken run of known ones ends that `first` begins.
KNOWN = """
SELECT number, lead(number) OVER (ORDER BY number) AS next FROM (
    SELECT right(code, %(digits)s)::bigint AS number FROM projects_project
    WHERE code BETWEEN %(first)s AND %(last)s AND code ~ %(form)s
) AS numbers
"""
HIGHEST = f"SELECT coalesce(max(number), 0) FROM ({KNOWN}) AS known"  # noqa: S608 - text of our own
END_OF_RUN = f"SELECT min(number) FROM ({KNOWN}) AS known WHERE next IS NULL OR next > number + 1"  # noqa: S608
NO_DEPARTMENT = "000"


def next_code(region: Region, year: int, kind: str, department: Department | None = None) -> str:
    """The next code of the region by its pattern. Call it inside the transaction of the act that uses the code."""
    return next_codes(region, year, kind, 1, department)[0]


def next_codes(region: Region, year: int, kind: str, count: int, department: Department | None = None) -> list[str]:
    """As many codes in a row."""
    pattern = parse_pattern(setting_of(region).code_pattern)
    prefix = prefix_of(pattern, region, year, kind, department)
    codes = _take(pattern, prefix, count)
    while known := set(Project.objects.filter(code__in=codes).values_list("code", flat=True)):
        free = _pass_known(pattern, prefix, codes, known)
        codes = [*free, *_take(pattern, prefix, count - len(free))]
    return codes


def highest_followed(digits: int) -> int:
    """The highest number of a code from elsewhere that a counter is moved to.

    One code that ends in nines would use up a region's numbers; half of them stay, whatever is brought in.
    """
    return 10**digits // 2


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


def _pass_known(pattern: CodePattern, prefix: str, codes: list[str], known: set[str]) -> list[str]:
    """Codes that came from elsewhere (an import) may stand where the counter comes to: let it go on behind them.

    Numbers between them are left alone, for what they were given to elsewhere is not known here. Behind the highest
    number that a counter follows there are only single ones: they are passed, and what lies between them is used.
    """
    followed = pattern.code(prefix, highest_followed(pattern.digits))
    highest = _number(HIGHEST, pattern, prefix, prefix + "0" * pattern.digits, followed)
    raise_counter(prefix, highest)
    if codes[-1] in known:
        raise_counter(prefix, _number(END_OF_RUN, pattern, prefix, codes[-1], prefix + "9" * pattern.digits))
    return [code for code in codes if code not in known and code > pattern.code(prefix, highest)]


def _number(question: str, pattern: CodePattern, prefix: str, first: str, last: str) -> int:
    form = rf"^{prefix}\d{{{pattern.digits}}}$"
    with connection.cursor() as cursor:
        cursor.execute(question, {"digits": pattern.digits, "first": first, "last": last, "form": form})
        found: int = cursor.fetchone()[0]
    return found


def raise_counter(prefix: str, least: int) -> None:
    """Let the counter of this beginning stand at `least` or above."""
    with connection.cursor() as cursor:
        cursor.execute(RAISE, {"prefix": prefix, "least": least})
