"""The papers of a review: the report (评审报告) with its sheets, the public notice, the record of a draw."""

from apps.reports.reviews.draw import draw_document
from apps.reports.reviews.notice import notice_document
from apps.reports.reviews.report import review_document

__all__ = ["draw_document", "notice_document", "review_document"]
