"""What the parts of performance add to the page of a project's year: their tabs and their acts, part by part."""

from apps.performance.views import pieces_evaluate
from imbudget.kit.views import DetailPage, Tab
from imbudget.kit.views.detail import Act

TABS: tuple[Tab, ...] = (*pieces_evaluate.TABS,)


def acts_of(page: DetailPage) -> list[Act]:
    """The acts of all parts that the actor may do on this project's year, in the order of its life."""
    return [*pieces_evaluate.acts_of(page)]
