"""What a region has decided for its reviews, or the nearest region above it."""

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


def kinds_needed(project: Project) -> list[str]:
    """The reviews that a project needs, in the order in which they are held.

    The nearest region with any rule decides alone; in it the rule of the nearest category counts for each kind. Where
    no region has a rule, a project needs the review of its budget (财预〔2023〕95号).
    """
    nodes = list(project.region.get_ancestors(ascending=True, include_self=True))
    rules = list(ReviewRule.objects.filter(region__in=nodes).select_related("category"))
    held = next((found for node in nodes if (found := [rule for rule in rules if rule.region_id == node.pk])), None)
    if held is None:
        return [ReviewKind.BUDGET]
    path = list(project.category.get_ancestors(ascending=True, include_self=True)) if project.category else []
    order = [category.pk for category in path] + [None]
    needed = []
    for kind in (ReviewKind.EVALUATION, ReviewKind.BUDGET, ReviewKind.COMPETITION):
        fitting = [rule for rule in held if rule.kind == kind and rule.category_id in order]
        rule = min(fitting, key=lambda found: order.index(found.category_id), default=None)
        if rule and project.total >= rule.least and (project.origin == "new" or not rule.only_new):
            needed.append(str(kind))
    return needed
