"""Acts of performance."""

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
    "open_years",
    "payment_settled",
    "put_scheme",
    "record_value",
    "refresh_money",
    "return_report",
    "save_region_form",
    "save_report",
    "submit_report",
]
