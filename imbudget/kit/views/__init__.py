"""The four kinds of page; an app's page is a declaration on top of one of them."""

from imbudget.kit.views.action import ActionPage
from imbudget.kit.views.base import KitView, ScopedMixin, TemplatePage
from imbudget.kit.views.detail import DetailPage, HistoryTab, Tab
from imbudget.kit.views.form import FormPage
from imbudget.kit.views.list import ListPage

__all__ = [
    "ActionPage",
    "DetailPage",
    "FormPage",
    "HistoryTab",
    "KitView",
    "ListPage",
    "ScopedMixin",
    "Tab",
    "TemplatePage",
]
