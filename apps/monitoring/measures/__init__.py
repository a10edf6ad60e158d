"""What timed rules look for: each measure is one statement over sets of rows, with named parameters and their bounds."""

from apps.monitoring.measures.base import Measure, Parameter
from apps.monitoring.measures.lines import LINES
from apps.monitoring.measures.pace import PACE
from apps.monitoring.measures.shares import SHARES

MEASURES: dict[str, Measure] = {measure.key: measure for measure in (*PACE, *LINES, *SHARES)}

__all__ = ["MEASURES", "Measure", "Parameter"]
