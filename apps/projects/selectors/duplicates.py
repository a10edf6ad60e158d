"""Projects that may be the same thing under another name: a hint before the hand-in, without a database extension.

The database narrows the region's projects down by pairs of characters of the name; Python scores what is left by the
Dice coefficient of such pairs, the name counting for 0.7 and the purpose for 0.3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from apps.projects.models import Project, ProjectState
from imbudget.kit.text import search_key

NAME_WEIGHT, PURPOSE_WEIGHT = 0.7, 0.3
LEAST = 0.5
# With a purpose that is word for word the same, a name must still be this near for the sum to reach LEAST.
LEAST_NAME = (LEAST - PURPOSE_WEIGHT) / NAME_WEIGHT
MOST_PAIRS = 40  # of a name that are asked for in SQL
MOST_CANDIDATES = 20_000
MOST_PURPOSES = 200
PURPOSE_LENGTH = 400
GONE = (ProjectState.REFUSED, ProjectState.TERMINATED, ProjectState.ABANDONED)
# Words that every second project has in its name say nothing.
COMMON = frozenset({"项目", "建设", "工程", "专项", "经费", "资金", "补助", "工作"})


@dataclass(frozen=True, slots=True)
class Similar:
    """A project that resembles the one asked about; `score` is between 0 and 1."""

    project: Project
    score: float

    @property
    def percent(self) -> int:
        return round(self.score * 100)


def pairs_of(text: str) -> frozenset[str]:
    """Neighbouring characters of a text, letters and signs folded as the search folds them, blanks and marks left out."""
    plain = "".join(char for char in search_key(text) if char.isalnum())
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1)) or frozenset(plain)


def dice(a: frozenset[str], b: frozenset[str]) -> float:
    """How much two sets have in common: 1 for the same, 0 for nothing."""
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def similar_to(project: Project, most: int = 5) -> list[Similar]:
    """Living projects of the same region that resemble this one, the nearest first.

    The project that it continues, and what continues it, are no duplicates.
    """
    name = pairs_of(project.name)
    if not name:
        return []
    near = {pk: score for pk, text in _candidates(project, name) if (score := dice(name, pairs_of(text))) >= LEAST_NAME}
    best = sorted(near, key=lambda pk: (-near[pk], pk))[:MOST_PURPOSES]
    purpose = _purpose(project.overview, project.necessity)
    scores = {
        pk: NAME_WEIGHT * near[pk] + PURPOSE_WEIGHT * _likeness(purpose, _purpose(*texts), near[pk])
        for pk, *texts in Project.objects.filter(pk__in=best).values_list("pk", "overview", "necessity")
    }
    kept = sorted((pk for pk in scores if scores[pk] >= LEAST), key=lambda pk: (-scores[pk], pk))[:most]
    rows = Project.objects.select_related("unit", "region", "category").in_bulk(kept)
    return [Similar(rows[pk], scores[pk]) for pk in kept if pk in rows]


def _candidates(project: Project, name: frozenset[str]) -> Iterable[tuple[int, str]]:
    """(key, name) of the region's living projects that share a telling pair of characters with the name."""
    telling = sorted(name - COMMON)[:MOST_PAIRS] or sorted(name)[:MOST_PAIRS]
    shares = Q()
    for pair in telling:
        shares |= Q(search_key__contains=pair)
    states = [state for state in ProjectState.values if state not in GONE]
    rows: Any = Project.objects.filter(shares, region_id=project.region_id, state__in=states)
    rows = rows.exclude(pk__in=[project.pk, project.continues_id or 0]).exclude(continues=project.pk)
    return rows.order_by("-pk").values_list("pk", "name")[:MOST_CANDIDATES]


def _purpose(*texts: str) -> frozenset[str]:
    return pairs_of(" ".join(texts)[:PURPOSE_LENGTH])


def _likeness(purpose: frozenset[str], theirs: frozenset[str], name_score: float) -> float:
    """How near the purposes are; where one of the two says nothing yet, the names decide alone."""
    return dice(purpose, theirs) if purpose and theirs else name_score
