"""What the checks of a target table look at beside the application, read once for all of them and only when asked for."""

from decimal import Decimal
from functools import cached_property

from apps.performance.models import CommentState, EvaluationKind, GoalComment, LibraryIndicator, Scheme, Target
from apps.performance.selectors.goalrules import Rules, rules_for
from apps.performance.selectors.library import core_of, sets_for
from apps.performance.selectors.schemes import scheme_among
from apps.projects.facts import ProjectFacts
from apps.projects.models import GROUP_OF, GoalGroup, GoalIndicator, IndicatorNature
from apps.projects.reading import read_decimal
from apps.regions.models import Region
from imbudget.kit.text import search_key

KEPT = "_goal_ground"


def number_of(goal: GoalIndicator) -> Decimal | None:
    """The target of the year as a number; nothing for one in words, and for what cannot be read (which another check says)."""
    written = goal.annual or goal.value
    if goal.nature in {"", IndicatorNature.QUALITATIVE} or not written:
        return None
    try:
        return read_decimal(written, 4)
    except ValueError:
        return None


class Ground:
    """An application with the rules, the scheme, the library and the year before."""

    def __init__(self, facts: ProjectFacts) -> None:
        self.facts, self.project, self.goals = facts, facts.project, facts.goals

    @cached_property
    def nodes(self) -> list[Region]:
        return list(self.project.region.get_ancestors(include_self=True))

    @cached_property
    def rules(self) -> Rules:
        return rules_for(self.nodes, self.project.setup_year)

    @cached_property
    def scheme(self) -> Scheme | None:
        """The scheme of self-evaluation of the first year."""
        return scheme_among(self.nodes, self.project.start_year, EvaluationKind.SELF)

    @cached_property
    def groups(self) -> dict[str, list[GoalIndicator]]:
        """First-level indicator → its rows; cost counts with the output where the scheme gives it no points of its own."""
        found: dict[str, list[GoalIndicator]] = {}
        for goal in self.goals:
            group = GROUP_OF.get(goal.kind)
            if group == GoalGroup.COST and (self.scheme is None or not self.scheme.cost):
                group = GoalGroup.OUTPUT
            if group is not None:
                found.setdefault(group, []).append(goal)
        return found

    @cached_property
    def core(self) -> list[LibraryIndicator]:
        """The core indicators of the sets of the project's category."""
        return core_of(self.project, sets_for(self.project.category))

    @cached_property
    def comments(self) -> list[GoalComment]:
        """Comments that nobody has answered yet."""
        return list(self.project.goal_comments.filter(state=CommentState.OPEN))

    @cached_property
    def past(self) -> dict[str, Decimal]:
        """Indicator → what it reached last year, or was to reach, in the project that this one continues."""
        source = self.project.continues
        if source is None:
            return {}
        found = {search_key(goal.content): number_of(goal) for goal in source.goals.all()}
        targets = Target.objects.filter(of__project=source).select_related("latest").order_by("of__year")
        for target in targets:
            value = target.latest.value if target.latest else None
            found[search_key(target.content)] = target.value if value is None else value
        return {content: number for content, number in found.items() if number is not None}


def ground_of(facts: ProjectFacts) -> Ground:
    """One ground for all checks of one reading of an application."""
    kept: dict[str, Ground] = facts.project.__dict__
    if KEPT not in kept:
        kept[KEPT] = Ground(facts)
    return kept[KEPT]
