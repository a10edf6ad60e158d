"""Acts of performance."""

from apps.performance.services.schemes import put_scheme
from apps.performance.services.years import open_years

__all__ = ["open_years", "put_scheme"]
