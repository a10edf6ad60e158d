"""Books of the years: opened, looked into by accounts, brought to their end and closed."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.services import start_job
from apps.ledger import policies, services
from apps.ledger.filters.documents import BooksFilter
from apps.ledger.forms.books import OpenForm
from apps.ledger.jobs import REST
from apps.ledger.models import Books, DocumentKind
from apps.ledger.selectors.books import obstacles_of, with_sums
from apps.ledger.selectors.entries import trial_balance
from apps.ledger.selectors.longness import has_long_rest
from apps.ledger.selectors.years import year_at_work
from apps.ledger.tables.documents import BooksTable
from apps.regions.models import Region
from imbudget.kit.actor import Reach
from imbudget.kit.errors import NotAllowed, Verdict, require
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab, TemplatePage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def books_crumbs(books: Books | None = None) -> list[Crumb]:
    """The way back to the list, and to the books."""
    crumbs = [Crumb(_("books of the years"), reverse("ledger:books"))]
    return crumbs if books is None else [*crumbs, Crumb(str(books), books.get_absolute_url())]


class BooksList(ListPage):
    model = Books
    table = BooksTable
    filters = BooksFilter
    grant = "ledger.see"
    title = gettext_lazy("books of the years")
    empty_text = gettext_lazy("No books yet: the budget officer of the region opens those of the year.")

    def get_queryset(self) -> Any:
        return with_sums(super().get_queryset())

    def get_actions(self) -> list[tuple[Any, str]]:
        trial = [] if self.actor.reach == Reach.UNITS else [(_("trial balance"), reverse("ledger:trial_balance"))]
        opening = [(_("open books"), reverse("ledger:books_open"))] if self.actor.can("ledger.close") else []
        return [*opening, *trial]


class BooksOpen(FormPage):
    form_class = OpenForm
    grant = "ledger.see"
    title = gettext_lazy("open books")
    submit_label = gettext_lazy("open books")
    success_message = gettext_lazy("The books are open.")
    help_text = gettext_lazy("In winter the books of two years stand open beside each other.")

    @cached_property
    def region(self) -> Region:
        region = Region.objects.filter(pk=self.actor.region_id).first()
        if region is None:
            raise Http404
        return region

    def allowed(self) -> Verdict:
        return policies.may_open_books(self.actor, self.region)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"region_id": self.region.pk}

    def get_crumbs(self) -> list[Crumb]:
        return books_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("ledger:books")

    def save(self, form: OpenForm) -> str:
        return services.open_books(self.actor, self.region, form.cleaned_data["year"]).get_absolute_url()


def _accounts(page: DetailPage, books: Books) -> dict[str, Any]:
    entries = f"{reverse('ledger:entries')}?year={books.year_id}&region={books.region_id}"
    return {"trial": trial_balance(books.region, books.year_id), "entries": entries}


class BooksDetail(DetailPage):
    """The books of one region's year by account, and what brings them to their end."""

    model = Books
    grant = "ledger.see"
    template_name = "ledger/books.html"
    tabs = (Tab("accounts", gettext_lazy("trial balance"), "ledger/_trial_balance.html", _accounts), HistoryTab)

    def get_queryset(self) -> Any:
        return with_sums(super().get_queryset()).select_related("region")

    def get_crumbs(self) -> list[Crumb]:
        return books_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        books = self.object
        return [
            (_("fiscal year"), books.year_id),
            (_("region"), books.region),
            (_("left"), books.left),
            (_("applied for"), books.held),
            (_("opened at"), books.opened_at),
            (_("closed at"), books.closed_at or "–"),
        ]

    def get_acts(self) -> list[Act]:
        may = policies.may_close_books(self.actor, self.object)
        acts = [
            Act(_("draw up the carry-over"), self._to("book_carry_over"), may),
            Act(_("draw up the write-off"), self._to("book_write_off"), may),
            Act(_("close the books"), self._to("book_close"), may, danger=True),
        ]
        return [act for act in acts if act.verdict]

    def _to(self, name: str) -> str:
        return reverse(f"ledger:{name}", args=[self.object.pk])


class BooksAction(ActionPage):
    model = Books

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def get_crumbs(self) -> list[Crumb]:
        return books_crumbs(self.object)

    def allowed(self, obj: Books) -> Verdict:
        return policies.may_close_books(self.actor, obj)


class BooksClose(BooksAction):
    """Says what stands in the way before anybody presses the button."""

    template_name = "ledger/books_close.html"
    title = gettext_lazy("close the books")
    question = gettext_lazy("Close these books for ever?")
    consequence = gettext_lazy("Nothing can be posted in them afterwards, and they are never opened again.")
    submit_label = gettext_lazy("close the books")
    success_message = gettext_lazy("The books are closed.")
    danger = True

    def act(self, obj: Books, form: Any) -> None:
        services.close_books(self.actor, obj)

    def get_more(self, obj: Books, form: Any) -> dict[str, Any]:
        return {"obstacles": obstacles_of(obj), "listed": self.listed(obj)}

    def listed(self, books: Books) -> str:
        """The authorities of these books."""
        return f"{reverse('ledger:authorities')}?year={books.year_id}&region={books.region_id}"


class BooksCarryOver(BooksAction):
    title = gettext_lazy("draw up the carry-over")
    question = gettext_lazy("Draw up a document that carries over all that is left?")
    consequence = gettext_lazy(
        "It has a line for each authority with something left and is a draft: take lines out, then hand it in."
    )
    submit_label = gettext_lazy("draw the document up")
    kind = DocumentKind.CARRY_OVER

    def act(self, obj: Books, form: Any) -> str:
        require(self.allowed(obj))  # the job would refuse as well, but it should not even begin
        if has_long_rest(obj):
            params = {"books": obj.pk, "kind": str(self.kind)}
            return start_job(self.actor, REST, params, label=f"{self.title}: {obj}").get_absolute_url()
        return services.draw_up_rest(self.actor, obj, self.kind).get_absolute_url()


class BooksWriteOff(BooksCarryOver):
    title = gettext_lazy("draw up the write-off")
    question = gettext_lazy("Draw up a document that writes off all that is left?")
    kind = DocumentKind.WRITE_OFF


class TrialBalancePage(TemplatePage):
    """The accounts of a region's year; each leads to its entries."""

    grant = "ledger.see"
    template_name = "ledger/trial_balance.html"
    title = gettext_lazy("trial balance")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.actor.reach == Reach.UNITS:
            raise NotAllowed(_("The trial balance shows whole regions: it is open to finance offices."))
        form = BooksFilter(self.request.GET or None, actor=self.actor)
        form.is_valid()
        year = form.chosen.get("year") or year_at_work()
        region = self.region(form.chosen.get("region"))
        if not form.is_bound:
            form.initial = {"year": year}
        form.fields.pop("state", None)
        entries = f"{reverse('ledger:entries')}?year={year}&region={region.pk}"
        extra = {"filter_form": form, "year": year, "region": region, "entries": entries}
        return super().get_context_data(**kwargs) | extra | {"trial": trial_balance(region, year)}

    def region(self, asked: int | None) -> Region:
        """The region asked for, else the actor's own; 404 outside the scope."""
        region = Region.objects.visible_to(self.actor).filter(pk=asked or self.actor.region_id).first()
        if region is None:
            raise Http404
        return region

    def get_crumbs(self) -> list[Crumb]:
        return books_crumbs()
