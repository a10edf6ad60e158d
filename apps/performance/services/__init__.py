"""Acts of performance."""

from apps.performance.services.adoption import adopt_indicators, share_points
from apps.performance.services.calls import issue_call, urge_forms
from apps.performance.services.comments import comment_goal, settle_comment, withdraw_comment
from apps.performance.services.evaluations import (
    begin_evaluation,
    open_evaluations,
    save_evaluation,
    submit_evaluation,
    withdraw_evaluation,
)
from apps.performance.services.forms import accept_form, return_form, save_form, submit_form
from apps.performance.services.goalrules import put_goal_rule, save_goal_rule
from apps.performance.services.holding import watch_payment
from apps.performance.services.lamps import light_budgets
from apps.performance.services.library import (
    adapt_indicator,
    add_indicator,
    end_indicator,
    put_indicator,
    put_set,
    renew_indicator,
)
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
    "adapt_indicator",
    "add_indicator",
    "adopt_indicators",
    "comment_goal",
    "end_indicator",
    "open_years",
    "put_goal_rule",
    "put_indicator",
    "put_scheme",
    "put_set",
    "renew_indicator",
    "save_goal_rule",
    "settle_comment",
    "share_points",
    "withdraw_comment",
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
from apps.performance.services.collecting import collect_due, collect_now
from apps.performance.services.money import document_posted, fold_money, payment_settled, refresh_money
from apps.performance.services.progress import Written, return_report, save_region_form, save_report, submit_report
from apps.performance.services.schemes import put_scheme
from apps.performance.services.surveys import Plan, Sender, close_due, close_survey, open_survey, take_answer
from apps.performance.services.values import record_value
from apps.performance.services.years import open_years

__all__ = [
    "Plan",
    "Sender",
    "close_due",
    "close_survey",
    "open_survey",
    "take_answer",
    "Written",
    "collect_due",
    "collect_now",
    "document_posted",
    "fold_money",
    "payment_settled",
    "record_value",
    "refresh_money",
    "return_report",
    "save_region_form",
    "save_report",
    "submit_report",
]
