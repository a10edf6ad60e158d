"""Rules with their versions and exceptions, alarms and what became of each, and what timed rules go by."""

from apps.monitoring.models.alarm import (
    OPEN_ALARMS,
    Alarm,
    AlarmFile,
    AlarmState,
    AlarmStep,
    ViolationType,
)
from apps.monitoring.models.rule import (
    Exemption,
    ExemptionKind,
    Flow,
    Level,
    Mode,
    Phase,
    Rule,
    RuleVersion,
    Setter,
    VersionState,
)
from apps.monitoring.models.timing import PaceCurve, RuleRun, Trial

__all__ = [
    "OPEN_ALARMS",
    "Alarm",
    "AlarmFile",
    "AlarmState",
    "AlarmStep",
    "Exemption",
    "ExemptionKind",
    "Flow",
    "Level",
    "Mode",
    "PaceCurve",
    "Phase",
    "Rule",
    "RuleRun",
    "RuleVersion",
    "Setter",
    "Trial",
    "VersionState",
    "ViolationType",
]
