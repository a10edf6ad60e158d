"""The last result beside this year's request: by the project's code, and by that of the project it continues.

A budget is made in the autumn, when last year's projects still run: then the result of the year before is the last one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.performance.models import Grade, ResultUse, Suggestion, UseState
from apps.projects.models import Project
from imbudget.kit.actor import Actor
from imbudget.kit.formats import as_text
from imbudget.kit.registry import LineNote

YEARS = 2  # how old a result may be
COLOURS = {Grade.EXCELLENT: "blue", Grade.GOOD: "green", Grade.FAIR: "yellow", Grade.POOR: "red"}


def results_before(actor: Actor, codes: Iterable[str], year: int) -> dict[str, ResultUse]:
    """Code of a project → the use of its last result, or of that of the project it continues. Two queries.

    The last result is that of the year before, or of the one before that; older ones say nothing about this request.
    Only what the actor sees: a draft line may name any code.
    """
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    pairs = Project.objects.filter(code__in=wanted).values_list("code", "pk", "continues")
    of_code = {code: [key for key in (pk, continues) if key] for code, pk, continues in pairs}
    keys = [key for found in of_code.values() for key in found]
    given = ResultUse.objects.visible_to(actor).filter(of__project__in=keys, of__year__in=(year - YEARS, year - 1))
    rows = given.select_related("of__project", "of__year").order_by("of__year")  # the later one takes its place
    by_project = {row.of.project_id: row for row in rows}
    found = {code: [by_project[key] for key in keys if key in by_project] for code, keys in of_code.items()}
    return {code: uses[0] for code, uses in found.items() if uses}


def notes_of_lines(actor: Actor, sheet: Any, lines: Iterable[Any]) -> Mapping[int, list[LineNote]]:
    """What stands beside a budget line of a project: last year's score and grade, and what was cut because of it."""
    if not actor.can("performance.see"):
        return {}
    rows = [line for line in lines if line.project_code]
    uses = results_before(actor, {line.project_code for line in rows}, sheet.year_id)
    notes: dict[int, list[LineNote]] = defaultdict(list)
    for line in rows:
        use = uses.get(line.project_code)
        if use is not None:
            notes[line.number].append(LineNote(sentence(use), use.get_absolute_url(), COLOURS[Grade(use.grade)]))
    return notes


def sentence(use: ResultUse) -> str:
    """Last year's score, grade, and what follows for this year."""
    words = {
        "year": use.year_id,
        "score": use.score,
        "grade": Grade(use.grade).label,
        "decision": use.said,
        "cut": as_text(use.cut, "money"),
        "ceiling": as_text(use.ceiling, "money"),
    }
    if use.decision == Suggestion.KEEP:
        return _("%(year)s: %(score)s points, %(grade)s. %(decision)s.") % words
    if use.state == UseState.SUGGESTED:
        return _("%(year)s: %(score)s points, %(grade)s. Suggested: %(decision)s, that is %(cut)s yuan less.") % words
    return _("%(year)s: %(score)s points, %(grade)s. Decided: %(decision)s, that is %(cut)s yuan less.") % words


def over_ceiling(use: ResultUse, amount: Decimal) -> Decimal:
    """How much of an amount that is asked for lies above what the result leaves; 0 where it does not, or nothing is cut."""
    if use.decision == Suggestion.KEEP:
        return Decimal(0)
    return max(amount - use.ceiling, Decimal(0))
