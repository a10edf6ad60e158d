"""Authorities, their entries and the postings: lists, and the page of one."""

from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.elements import NAMED, elements_of
from apps.ledger.filters.authorities import AuthorityFilter, EntryFilter, PostingFilter
from apps.ledger.models import Authority, AuthorityDocument, Entry, Posting, Reservation
from apps.ledger.selectors.entries import FIGURES, entries_for
from apps.ledger.selectors.issued import with_issued
from apps.ledger.selectors.years import year_at_work
from apps.ledger.tables.authorities import AuthorityTable, EntryTable, PostingTable, UnitEntryTable
from imbudget.kit.actor import Reach
from imbudget.kit.tables import Table
from imbudget.kit.views import DetailPage, ListPage, Tab
from imbudget.kit.views.base import Crumb

SHOWN = 50  # rows of a tab; the whole list has a page of its own


class LedgerList(ListPage):
    """A list of the ledger begins with the year at work."""

    grant = "ledger.see"

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}


class AuthorityList(LedgerList):
    model = Authority
    table = AuthorityTable
    filters = AuthorityFilter
    title = gettext_lazy("authorities")
    empty_text = gettext_lazy("No authority yet: it comes by a document once that is approved.")

    def get_queryset(self) -> Any:
        """With what each was issued for, which the foot adds up."""
        return with_issued(super().get_queryset())


def _elements(page: DetailPage, authority: Authority) -> dict[str, Any]:
    return {"elements": elements_of(authority)}


def _entries(page: DetailPage, authority: Authority) -> dict[str, Any]:
    rows = entries_for(page.actor).filter(authority=authority).order_by("-pk")
    found = list(rows.select_related("posting__document", "account")[: SHOWN + 1])
    return {
        "entries": found[:SHOWN],
        "more": len(found) > SHOWN,
        "own_only": page.actor.reach == Reach.UNITS,
        "address": f"{reverse('ledger:entries')}?authority={authority.pk}",
    }


def _reservations(page: DetailPage, authority: Authority) -> dict[str, Any]:
    rows = Reservation.objects.filter(authority=authority).select_related("posting").order_by("-pk")
    found = list(rows[: SHOWN + 1])
    return {"reservations": found[:SHOWN], "more": len(found) > SHOWN}


def _descent(page: DetailPage, authority: Authority) -> dict[str, Any]:
    """Where it came from, and what was made out of it, as far as the reader may see."""
    seen = Authority.objects.visible_to(page.actor).select_related("balance", "unit", "region", "function")
    made = list(seen.filter(origin=authority).order_by("-pk")[: SHOWN + 1])
    return {
        "origin": seen.filter(pk=authority.origin_id).first(),
        "document": AuthorityDocument.objects.visible_to(page.actor).filter(pk=authority.document_id).first(),
        "made": made[:SHOWN],
        "more": len(made) > SHOWN,
    }


class AuthorityDetail(DetailPage):
    """All elements of an authority and its balance; each figure leads to the entries behind it."""

    model = Authority
    grant = "ledger.see"
    template_name = "ledger/authority.html"
    tabs = (
        Tab("elements", gettext_lazy("elements"), "ledger/_elements.html", _elements),
        Tab("entries", gettext_lazy("ledger entries"), "ledger/_entries.html", _entries),
        Tab("reservations", gettext_lazy("reservations"), "ledger/_reservations.html", _reservations),
        Tab("descent", gettext_lazy("where from, where to"), "ledger/_descent.html", _descent),
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("balance", *NAMED)

    def get_title(self) -> str:
        return f"№ {self.object.pk}"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("authorities"), reverse("ledger:authorities"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        facts = [
            (_("fiscal year"), row.year_id),
            (_("region"), row.region),
            (_("budget unit"), row.unit or "–"),
            (_("function"), row.function or "–"),
            (_("department economic class"), row.department_economic or "–"),
            (_("fund type"), row.fund),
            (_("document number"), row.document_number or "–"),
            (_("summary"), row.summary or "–"),
        ]
        return [*facts, (_("project"), row.project)] if row.project else facts

    def get_context_data(self) -> dict[str, Any]:
        entries, balance = reverse("ledger:entries"), self.object.balance
        figures = {
            name: {
                "label": label,
                "value": getattr(balance, name),
                "href": f"{entries}?authority={self.object.pk}&of={name}",
            }
            for name, label in FIGURES.items()
        }
        return super().get_context_data() | {"figures": figures, "current": balance.current}


class EntryList(ListPage):
    """The entries behind a figure, an account, a posting."""

    model = Entry
    filters = EntryFilter
    grant = "ledger.see"
    title = gettext_lazy("ledger entries")
    empty_text = gettext_lazy("Nothing has been posted here.")

    @property
    def table(self) -> type[Table]:
        return UnitEntryTable if self.actor.reach == Reach.UNITS else EntryTable

    def get_queryset(self) -> Any:
        return entries_for(self.actor)

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def get_crumbs(self) -> list[Crumb]:
        """The way back to the authority whose figure is looked into."""
        authority = self.filter_form.chosen.get("authority")
        crumbs = [Crumb(_("authorities"), reverse("ledger:authorities"))]
        return (
            [*crumbs, Crumb(f"№ {authority}", reverse("ledger:authority", args=[authority]))] if authority else crumbs
        )


class PostingList(LedgerList):
    model = Posting
    table = PostingTable
    filters = PostingFilter
    title = gettext_lazy("postings")
    empty_text = gettext_lazy("Nothing has been posted here.")


class PostingDetail(DetailPage):
    """A posting with its entries, debit and credit beside each other."""

    model = Posting
    grant = "ledger.see"
    template_name = "ledger/posting.html"
    tabs = (Tab("entries", gettext_lazy("ledger entries"), "ledger/_posting_entries.html"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit", "document", "reverses")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("postings"), reverse("ledger:postings"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        posting = self.object
        return [
            (_("event"), posting.get_event_display()),
            (_("total"), posting.total),
            (_("fiscal year"), posting.year_id),
            (_("region"), posting.region),
            (_("budget unit"), posting.unit or "–"),
            (_("person"), posting.user_name or "–"),
            (_("post"), posting.post_label or "–"),
            (_("posted at"), posting.posted_at),
            (_("summary"), posting.summary or "–"),
            (_("key"), posting.key),
        ]

    def get_context_data(self) -> dict[str, Any]:
        rows = entries_for(self.actor).filter(posting=self.object).order_by("number")
        found = list(rows.select_related("account", "authority__unit", "authority__function")[: 4 * SHOWN + 1])
        extra = {
            "entries": found[: 4 * SHOWN],
            "more": len(found) > 4 * SHOWN,
            "sums": rows.order_by().aggregate(debit=Sum("debited"), credit=Sum("credited")),
            "address": f"{reverse('ledger:entries')}?posting={self.object.pk}",
        }
        return super().get_context_data() | extra
