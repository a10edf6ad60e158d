"""Acts of performance."""

from apps.performance.services.calls import issue_call, urge_forms
from apps.performance.services.evaluations import (
    begin_evaluation,
    open_evaluations,
    save_evaluation,
    submit_evaluation,
    withdraw_evaluation,
)
from apps.performance.services.forms import accept_form, return_form, save_form, submit_form
from apps.performance.services.holding import watch_payment
from apps.performance.services.lamps import light_budgets
from apps.performance.services.mending import (
    answer_rectification,
    close_rectification,
    escalate_overdue,
    hold_payments,
    open_rectification,
    send_back_rectification,
)
from apps.performance.services.results import decide_use, tell_unit
from apps.performance.services.schedules import set_schedule
from apps.performance.services.schemes import put_scheme
from apps.performance.services.spots import choose_check, close_check, draw_checks, lower_points, state_view
from apps.performance.services.years import open_years

__all__ = [
    "accept_form",
    "answer_rectification",
    "begin_evaluation",
    "choose_check",
    "close_check",
    "close_rectification",
    "decide_use",
    "draw_checks",
    "escalate_overdue",
    "hold_payments",
    "issue_call",
    "light_budgets",
    "lower_points",
    "open_evaluations",
    "open_rectification",
    "open_years",
    "put_scheme",
    "return_form",
    "save_evaluation",
    "save_form",
    "send_back_rectification",
    "set_schedule",
    "state_view",
    "submit_evaluation",
    "submit_form",
    "tell_unit",
    "urge_forms",
    "watch_payment",
    "withdraw_evaluation",
]
