"""Questions about budgets; nothing here writes."""

from apps.budget.selectors.collection import (
    CollectionStatus,
    RegionProgress,
    collection_status,
    progress_sums,
    region_progress,
)
from apps.budget.selectors.rollup import (
    Dimension,
    SummaryQuery,
    SummaryRow,
    snapshot_by_class,
    summary_total,
)
from apps.budget.selectors.summarytree import summary_rows

__all__ = [
    "CollectionStatus",
    "Dimension",
    "RegionProgress",
    "SummaryQuery",
    "SummaryRow",
    "collection_status",
    "progress_sums",
    "region_progress",
    "snapshot_by_class",
    "summary_rows",
    "summary_total",
]
