"""Acts on rules, exceptions and alarms."""

from apps.monitoring.services.alarms import (
    answer_alarm,
    close_alarm,
    escalate_overdue,
    issue_alarm,
    judge_normal,
    judge_violation,
    send_back_alarm,
)
from apps.monitoring.services.exemptions import add_exemption, end_exemption
from apps.monitoring.services.rules import (
    renew_rule,
    save_version,
    start_rule,
    submit_version,
    withdraw_version,
)
from apps.monitoring.services.timed import run_timed
from apps.monitoring.services.trials import try_version
from apps.monitoring.services.watching import watch

__all__ = [
    "add_exemption",
    "answer_alarm",
    "close_alarm",
    "end_exemption",
    "escalate_overdue",
    "issue_alarm",
    "judge_normal",
    "judge_violation",
    "renew_rule",
    "run_timed",
    "save_version",
    "send_back_alarm",
    "start_rule",
    "submit_version",
    "try_version",
    "watch",
    "withdraw_version",
]
