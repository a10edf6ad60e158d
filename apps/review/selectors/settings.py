"""What a region has decided for its reviews, or the nearest region above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.projects.models import Project
from apps.regions.models import Region
from apps.review.models import PublicityRule, ReviewKind, ReviewRule, ReviewSetting


def setting_of(region: Region) -> ReviewSetting:
    """The nearest setting, the region's own first; the defaults where nobody has decided anything (not saved)."""
    nodes = region.get_ancestors(include_self=True)
    found = ReviewSetting.objects.filter(region__in=nodes).select_related("region").order_by("-region__level").first()
    return found or ReviewSetting(region=region)


def publicity_rule(region: Region, kind: str) -> PublicityRule:
    """The rule of the nearest region with one for this kind or for all; of two at one region that of the kind."""
    nodes = region.get_ancestors(include_self=True)
    rows = PublicityRule.objects.filter(region__in=nodes, kind__in=("", kind)).select_related("region")
    found = rows.order_by("-region__level", "-kind").first()
    return found or PublicityRule(region=region, kind="")


@dataclass(frozen=True, slots=True)
class RegionRules:
    """Which reviews the projects of one region need: the rules of the nearest region with any, which decides alone."""

    rules: tuple[ReviewRule, ...] | None

    def kinds_for(self, path: Sequence[int], total: Decimal, origin: str) -> list[str]:
        """The reviews that a project needs, in the order in which they are held; `path` is its category, then those above.

        The rule of the nearest category counts for each kind. Where no region has a rule, a project needs the review of
        its budget (财预〔2023〕95号).
        """
        if self.rules is None:
            return [str(ReviewKind.BUDGET)]
        order: list[int | None] = [*path, None]
        needed = []
        for kind in ReviewKind.values:
            fitting = [rule for rule in self.rules if rule.kind == kind and rule.category_id in order]
            rule = min(fitting, key=lambda found: order.index(found.category_id), default=None)
            if rule and total >= rule.least and (origin == "new" or not rule.only_new):
                needed.append(str(kind))
        return needed


def rules_of(region: Region) -> RegionRules:
    """The rules that hold in a region."""
    nodes = [node.pk for node in region.get_ancestors(ascending=True, include_self=True)]
    rules = list(ReviewRule.objects.filter(region__in=nodes))
    found = next((tuple(own) for node in nodes if (own := [rule for rule in rules if rule.region_id == node])), None)
    return RegionRules(found)


def kinds_needed(project: Project) -> list[str]:
    """The reviews that one project needs, in the order in which they are held."""
    path = project.category.get_ancestors(ascending=True, include_self=True) if project.category else []
    return rules_of(project.region).kinds_for([category.pk for category in path], project.total, project.origin)
