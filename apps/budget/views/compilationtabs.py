"""What the tabs of a compilation show: the figures in force, all frozen figures, and what differs from them."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.budget import selectors
from apps.budget.models import Compilation, Snapshot
from apps.budget.selectors.differences import differences, moved_since
from apps.budget.services.reporting import SUBJECT
from apps.lowcode.panels import timeline_tab
from imbudget.kit.views import DetailPage, HistoryTab, Tab


def _figures(page: DetailPage, compilation: Compilation) -> dict[str, Any]:
    snapshot = compilation.snapshot
    groups = selectors.snapshot_by_class(snapshot) if snapshot else []
    return {"snapshot": snapshot, "groups": groups, "moved": moved_since(compilation)}


def _snapshots(page: DetailPage, compilation: Compilation) -> dict[str, Any]:
    return {"snapshots": Snapshot.objects.filter(compilation=compilation)}


def _differences(page: DetailPage, compilation: Compilation) -> dict[str, Any]:
    snapshots = list(Snapshot.objects.filter(compilation=compilation))
    first = _chosen(page, "from", snapshots) or compilation.snapshot or next(iter(snapshots), None)
    second = _chosen(page, "to", snapshots)
    if first is None:
        return {"snapshots": []}
    if second is not None and second.number < first.number:
        first, second = second, first
    found = differences(page.actor, compilation, first, second)
    return {"snapshots": snapshots, "first": first, "second": second, "found": found}


def _chosen(page: DetailPage, name: str, snapshots: list[Snapshot]) -> Snapshot | None:
    """The snapshot whose number the address names; anything unknown is none."""
    asked = page.request.GET.get(name, "")
    return next((snapshot for snapshot in snapshots if str(snapshot.number) == asked), None)


TABS = (
    Tab("figures", gettext_lazy("figures"), "budget/_figures.html", _figures),
    Tab("differences", gettext_lazy("differences"), "budget/_differences.html", _differences),
    timeline_tab(SUBJECT),
    Tab("snapshots", gettext_lazy("frozen figures"), "budget/_snapshots.html", _snapshots),
    HistoryTab,
)
