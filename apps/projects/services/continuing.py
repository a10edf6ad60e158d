"""What a new year's application takes over from the project it continues."""

from datetime import date
from typing import Any

from apps.projects.models import Project, ProjectOrigin
from apps.projects.selectors.versions import ROWS

TEXTS = ("overview", "necessity", "feasibility", "organisation", "risks", "responsible", "phone")
FLAGS = ("is_capital", "is_research", "is_procurement", "is_service")
GOAL = ROWS["goals"].columns
KEPT = ("name", "category", "level", "upper", *TEXTS, *FLAGS)


def continued_fields(source: Project, year: int) -> dict[str, Any]:
    """The fields of the new application."""
    term = _term(source, year)
    return {
        **{name: getattr(source, name) for name in KEPT},
        "origin": ProjectOrigin.CONTINUED,
        "continues": source,
        "start_year": term[0],
        "end_year": term[1],
    }


def continued_parts(source: Project, year: int) -> dict[str, list[Any]]:
    """Its lists, as rows that `save_parts` takes; codes by their text, so that they are those of the new year."""
    shift = _shift(source, year)
    funding = [
        {"year": line.year + shift, "fund": _text(line.fund), "amount": line.amount}
        for line in source.funding.select_related("fund")
        if line.year + shift >= year
    ]
    codes = ("function", "department_economic", "procurement_item")
    costs = [
        {
            **{name: getattr(line, name) for name in ("content", "quantity", "measure", "price", "basis")},
            **{name: _text(getattr(line, name)) for name in codes},
            "year": line.year + shift,
            "is_procurement": line.is_procurement,
        }
        for line in source.costs.select_related(*codes)
        if line.year + shift >= year
    ]
    milestones = [
        {
            "content": step.content,
            "goal": step.goal,
            "starts": _ahead(_moved(step.starts, shift), year),
            "ends": _moved(step.ends, shift),
        }
        for step in source.milestones.all()
        if step.ends is None or step.ends.year + shift >= year
    ]
    goals = [{name: getattr(goal, name) for name in GOAL} for goal in source.goals.all()]
    bases = [{"title": basis.title, "document_number": basis.document_number} for basis in source.bases.all()]
    tags = [tag for tag in source.tags.all() if tag.is_valid_in(year)]
    return {"funding": funding, "costs": costs, "milestones": milestones, "goals": goals} | {
        "bases": bases,
        "tags": tags,
    }


def _shift(source: Project, year: int) -> int:
    """By how many years lines move: not at all while the project still runs."""
    return 0 if source.start_year <= year <= source.end_year else year - source.start_year


def _term(source: Project, year: int) -> tuple[int, int]:
    shift = _shift(source, year)
    return year, source.end_year + shift


def _text(code: Any) -> str:
    return code.code if code else ""


def _ahead(day: date | None, year: int) -> date | None:
    """What has begun before the new term goes on from its first day."""
    return max(day, date(year, 1, 1)) if day else None


def _moved(day: date | None, shift: int) -> date | None:
    """The same day some years on; the 29th of February becomes the 28th."""
    if day is None or not shift:
        return day
    try:
        return day.replace(year=day.year + shift)
    except ValueError:
        return day.replace(year=day.year + shift, day=28)
