"""Acts of performance."""

from apps.performance.services.adoption import adopt_indicators, share_points
from apps.performance.services.calls import issue_call, urge_forms
from apps.performance.services.collecting import collect_due, collect_now
from apps.performance.services.comments import comment_goal, settle_comment, withdraw_comment
from apps.performance.services.evaluations import (
    begin_evaluation,
    open_evaluations,
    save_evaluation,
    submit_evaluation,
    withdraw_evaluation,
)
from apps.performance.services.forms import save_form, submit_form
from apps.performance.services.framework import save_item
from apps.performance.services.goalrules import put_goal_rule, save_goal_rule
from apps.performance.services.holding import watch_payment
from apps.performance.services.lamps import light_budgets, light_by_today
from apps.performance.services.library import (
    adapt_indicator,
    add_indicator,
    end_indicator,
    put_indicator,
    put_set,
    renew_indicator,
)
from apps.performance.services.looking import accept_form, accept_forms, return_form, return_forms
from apps.performance.services.mending import (
    answer_rectification,
    close_rectification,
    escalate_overdue,
    hold_payments,
    open_rectification,
    send_back_rectification,
)
from apps.performance.services.money import document_posted, fold_money, payment_settled, refresh_money
from apps.performance.services.progress import Written, return_report, save_region_form, save_report, submit_report
from apps.performance.services.results import decide_use, tell_unit
from apps.performance.services.schedules import drop_schedule, save_schedule, set_schedule
from apps.performance.services.schemes import put_scheme, save_scheme
from apps.performance.services.signing import sign_evaluations
from apps.performance.services.spots import choose_check, close_check, draw_checks, lower_points, state_view
from apps.performance.services.surveys import Plan, Sender, close_due, close_survey, open_survey, take_answer
from apps.performance.services.totals import fold_totals, rebuild_totals
from apps.performance.services.values import record_value
from apps.performance.services.years import open_years

__all__ = [
    "Plan",
    "Sender",
    "Written",
    "accept_form",
    "accept_forms",
    "adapt_indicator",
    "add_indicator",
    "adopt_indicators",
    "answer_rectification",
    "begin_evaluation",
    "choose_check",
    "close_check",
    "close_due",
    "close_rectification",
    "close_survey",
    "collect_due",
    "collect_now",
    "comment_goal",
    "decide_use",
    "document_posted",
    "draw_checks",
    "drop_schedule",
    "end_indicator",
    "escalate_overdue",
    "fold_money",
    "fold_totals",
    "hold_payments",
    "issue_call",
    "light_budgets",
    "light_by_today",
    "lower_points",
    "open_evaluations",
    "open_rectification",
    "open_survey",
    "open_years",
    "payment_settled",
    "put_goal_rule",
    "put_indicator",
    "put_scheme",
    "put_set",
    "rebuild_totals",
    "record_value",
    "refresh_money",
    "renew_indicator",
    "return_form",
    "return_forms",
    "return_report",
    "save_evaluation",
    "save_form",
    "save_goal_rule",
    "save_region_form",
    "save_item",
    "save_report",
    "save_schedule",
    "save_scheme",
    "send_back_rectification",
    "set_schedule",
    "settle_comment",
    "share_points",
    "state_view",
    "sign_evaluations",
    "submit_evaluation",
    "submit_form",
    "submit_report",
    "take_answer",
    "tell_unit",
    "urge_forms",
    "watch_payment",
    "withdraw_comment",
    "withdraw_evaluation",
]
