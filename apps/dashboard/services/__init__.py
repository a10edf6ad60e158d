"""What changes the figures of dashboards and their maps."""

from apps.dashboard.services.boundaries import load_boundaries
from apps.dashboard.services.figures import fill_past_months, refresh_figures

__all__ = ["fill_past_months", "load_boundaries", "refresh_figures"]
