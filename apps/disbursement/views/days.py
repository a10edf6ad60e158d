"""Days of accounts in three columns: the list, one day with what differs on it, closing, reopening, settling differences."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies
from apps.disbursement.filters.desk import DayFilter
from apps.disbursement.models import BankStatement, DayBook, Difference, Side
from apps.disbursement.services import reconciling
from apps.disbursement.tables.desk import DayTable
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

MOST = 500  # differences that a page shows


def day_crumbs(book: DayBook | None = None) -> list[Crumb]:
    """The way back to the list, and to the day."""
    crumbs = [Crumb(_("reconciliation"), reverse("disbursement:days"))]
    return crumbs if book is None else [*crumbs, Crumb(str(book), book.get_absolute_url())]


class DayList(ListPage):
    model = DayBook
    table = DayTable
    filters = DayFilter
    grant = "disbursement.treasury"
    title = gettext_lazy("reconciliation")
    empty_text = gettext_lazy(
        "Nothing has been paid yet: a day stands here as soon as the bank has paid something on it."
    )


def _differences(page: DetailPage, book: DayBook) -> dict[str, Any]:
    rows = book.differences.select_related("row", "explained_by", "accepted_by").defer("row__payee_account")
    shown = list(rows.order_by("state", "key")[: MOST + 1])
    for row in shown:
        row.book = book
        row.acts = [
            (label, reverse(f"disbursement:difference_{name}", args=[row.pk]))
            for label, name, may in (
                (_("explain"), "explain", policies.may_explain),
                (_("settle"), "accept", policies.may_accept),
                (_("not accepted"), "reject", policies.may_accept),
            )
            if may(page.actor, row)
        ]
    return {"differences": shown[:MOST], "has_more": len(shown) > MOST}


def _with_message(rows: QuerySet[BankStatement]) -> QuerySet[BankStatement]:
    """Statements with the message that each came by, without its text: that may be long."""
    return rows.select_related("message").defer("message__raw")


def _statements(page: DetailPage, book: DayBook) -> dict[str, Any]:
    rows = BankStatement.objects.filter(account=book.account_id, day=book.day)
    return {"statements": list(_with_message(rows).order_by("side", "-pk"))}


class DayDetail(DetailPage):
    model = DayBook
    grant = "disbursement.treasury"
    template_name = "disbursement/day.html"
    tabs = (
        Tab("differences", gettext_lazy("differences"), "disbursement/_differences.html", _differences),
        Tab("statements", gettext_lazy("statements"), "disbursement/_statements.html", _statements),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "account", "closed_by")

    def get_crumbs(self) -> list[Crumb]:
        return day_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        book = self.object
        facts = [
            (_("region"), book.region),
            (_("bank"), book.account.bank_name),
            (_("compared at"), book.compared_at or "–"),
            (_("closed by"), book.closed_by or "–"),
            (_("day closed at"), book.closed_at or "–"),
        ]
        return [*facts, (_("reason of reopening"), book.reopen_reason)] if book.reopen_reason else facts

    def get_context_data(self) -> dict[str, Any]:
        book = self.object
        rows = BankStatement.objects.filter(account=book.account_id, day=book.day, is_current=True)
        current = {each.side: each for each in _with_message(rows)}
        columns = [
            (_("ledger"), True, book.ledger_count, book.ledger_sum, None),
            (Side.BANK.label, book.has_bank, book.bank_count, book.bank_sum, current.get(Side.BANK)),
            (
                Side.TREASURY.label,
                book.has_treasury,
                book.treasury_count,
                book.treasury_sum,
                current.get(Side.TREASURY),
            ),
        ]
        return super().get_context_data() | {"columns": columns}

    def get_acts(self) -> list[Act]:
        book, actor = self.object, self.actor
        acts = [
            Act(_("close the day"), self._to("close"), policies.may_close_day(actor, book), primary=True),
            Act(_("reopen the day"), self._to("reopen"), policies.may_reopen_day(actor, book), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def _to(self, name: str) -> str:
        return reverse(f"disbursement:day_{name}", args=[self.object.pk])


class DayAction(ActionPage):
    model = DayBook
    grant = "disbursement.treasury"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "account")

    def get_crumbs(self) -> list[Crumb]:
        return day_crumbs(self.object)


class DayClose(DayAction):
    title = gettext_lazy("close the day")
    question = gettext_lazy("Close this day?")
    consequence = gettext_lazy(
        "It is compared once more; then it takes nothing of this date until somebody reopens it."
    )
    submit_label = gettext_lazy("close the day")
    success_message = gettext_lazy("The day is closed.")

    def allowed(self, obj: DayBook) -> Verdict:
        return policies.may_close_day(self.actor, obj)

    def act(self, obj: DayBook, form: Any) -> None:
        reconciling.close_day(self.actor, obj)


class DayReopen(DayAction):
    title = gettext_lazy("reopen the day")
    question = gettext_lazy("Open this closed day again?")
    consequence = gettext_lazy("The reason stands in evidence; the day has to be compared and closed anew.")
    submit_label = gettext_lazy("reopen the day")
    success_message = gettext_lazy("The day is open again.")
    form_class = ReasonForm
    danger = True

    def allowed(self, obj: DayBook) -> Verdict:
        return policies.may_reopen_day(self.actor, obj)

    def act(self, obj: DayBook, form: Any) -> None:
        reconciling.reopen_day(self.actor, obj, form.cleaned_data["reason"])


class DifferenceAction(ActionPage):
    model = Difference
    grant = "disbursement.treasury"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("book__region", "book__account")

    def get_crumbs(self) -> list[Crumb]:
        return day_crumbs(self.object.book)


class DifferenceExplain(DifferenceAction):
    title = gettext_lazy("explain a difference")
    question = gettext_lazy("Why do the books differ here?")
    consequence = gettext_lazy("Only where no money has to move. Somebody else settles the difference.")
    submit_label = gettext_lazy("explain")
    success_message = gettext_lazy("Explained. Somebody else settles it now.")
    form_class = ReasonForm

    def allowed(self, obj: Difference) -> Verdict:
        return policies.may_explain(self.actor, obj)

    def get_initial(self, obj: Difference) -> dict[str, Any]:
        return {"reason": obj.reason}

    def act(self, obj: Difference, form: Any) -> None:
        reconciling.explain_difference(self.actor, obj, form.cleaned_data["reason"])


class DifferenceAccept(DifferenceAction):
    template_name = "disbursement/difference_confirm.html"
    title = gettext_lazy("settle a difference")
    question = gettext_lazy("Settle this difference by its explanation?")
    submit_label = gettext_lazy("settle")
    success_message = gettext_lazy("The difference is settled.")

    def allowed(self, obj: Difference) -> Verdict:
        return policies.may_accept(self.actor, obj)

    def act(self, obj: Difference, form: Any) -> None:
        reconciling.accept_difference(self.actor, obj)


class DifferenceReject(DifferenceAccept):
    title = gettext_lazy("not accepted")
    question = gettext_lazy("Send this difference back to be explained anew?")
    submit_label = gettext_lazy("not accepted")
    success_message = gettext_lazy("The difference is open again.")

    def act(self, obj: Difference, form: Any) -> None:
        reconciling.reject_difference(self.actor, obj)
