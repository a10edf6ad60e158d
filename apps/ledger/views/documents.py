"""Documents that move authority: the list, a new one, the page of one with its lines, and what is done with it."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger import policies, services
from apps.ledger.filters.documents import DocumentFilter
from apps.ledger.forms.documents import NewForm, NumberForm
from apps.ledger.models import AuthorityDocument, Books, BooksState, DocumentKind, DocumentLine
from apps.ledger.services.documents import SUBJECT
from apps.ledger.tables.documents import DocumentLineTable, DocumentTable
from apps.ledger.views.authorities import SHOWN, LedgerList
from apps.lowcode.panels import timeline_tab
from apps.lowcode.submitting import SubmitPage
from apps.regions.models import Region
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("region", "unit", "author", "upper")


def document_crumbs(document: AuthorityDocument | None = None) -> list[Crumb]:
    """The way back to the list, and to the document."""
    crumbs = [Crumb(_("authority documents"), reverse("ledger:documents"))]
    return crumbs if document is None else [*crumbs, Crumb(str(document), document.get_absolute_url())]


class DocumentList(LedgerList):
    model = AuthorityDocument
    table = DocumentTable
    filters = DocumentFilter
    title = gettext_lazy("authority documents")
    empty_text = gettext_lazy("No document yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        if self.actor.can("ledger.keep") or self.actor.can("ledger.request"):
            return [(_("new document"), reverse("ledger:document_new"))]
        return []


class DocumentNew(FormPage):
    """The first page: kind, year and title; lines and the rest of the head come next."""

    form_class = NewForm
    grant = "ledger.see"
    title = gettext_lazy("new document")
    submit_label = gettext_lazy("go on to the lines")
    help_text = gettext_lazy("Nothing moves before the document has been approved.")

    @cached_property
    def region(self) -> Region:
        region = Region.objects.filter(pk=self.actor.region_id).first()
        if region is None:
            raise Http404
        return region

    @cached_property
    def years(self) -> list[int]:
        """The years whose books stand open in the region."""
        rows = Books.objects.filter(region=self.region, state=BooksState.OPEN).order_by("-year_id")
        return list(rows.values_list("year_id", flat=True))

    def allowed(self) -> Verdict:
        if not (self.actor.can("ledger.keep") or self.actor.can("ledger.request")):
            return refused(_("Only the budget officer of the region moves its authority."))
        return ALLOWED if self.years else refused(_("No books are open in this region: open those of the year first."))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "years": self.years}

    def get_crumbs(self) -> list[Crumb]:
        return document_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("ledger:documents")

    def save(self, form: NewForm) -> str:
        values = form.cleaned_data
        unit = values.get("unit")
        document = services.draw_up(
            self.actor,
            self.region,
            values["year"],
            values["kind"],
            {"title": values["title"]},
            unit.pk if unit else None,
        )
        return reverse("ledger:document_edit", args=[document.pk])


def _lines(page: DetailPage, document: AuthorityDocument) -> dict[str, Any]:
    related = ("unit", "function", "department_economic", "fund", "receiving_region")
    found = list(document.lines.select_related(*related).order_by("number")[: SHOWN + 1])
    return {
        "lines": found[:SHOWN],
        "more": len(found) > SHOWN,
        "address": reverse("ledger:document_lines", args=[document.pk]),
        "sends": document.kind == DocumentKind.TRANSFER,
    }


def _postings(page: DetailPage, document: AuthorityDocument) -> dict[str, Any]:
    return {"postings": document.postings.select_related("region").order_by("pk")}


def _received(page: DetailPage, document: AuthorityDocument) -> dict[str, Any]:
    """What the regions below have received by it, as far as the reader sees them."""
    rows = AuthorityDocument.objects.visible_to(page.actor).filter(upper=document)
    return {"received": rows.select_related("region").order_by("region__code")}


RECEIVED = Tab("received", gettext_lazy("received below"), "ledger/_received.html", _received)


class DocumentDetail(DetailPage):
    model = AuthorityDocument
    grant = "ledger.see"
    template_name = "ledger/document.html"
    tabs = (
        Tab("lines", gettext_lazy("lines"), "ledger/_lines.html", _lines),
        timeline_tab(SUBJECT),
        Tab("postings", gettext_lazy("postings"), "ledger/_postings.html", _postings),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def all_tabs(self) -> list[Tab]:
        """A transfer shows what came of it below."""
        tabs = super().all_tabs()
        return [*tabs[:-1], RECEIVED, tabs[-1]] if self.object.kind == DocumentKind.TRANSFER else tabs

    def get_crumbs(self) -> list[Crumb]:
        return document_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        document = self.object
        facts = [
            (_("document number"), document.number or (_("given by the finance office") if document.unit_id else "–")),
            (_("kind of document"), document.get_kind_display()),
            (_("fiscal year"), document.year_id),
            (_("region"), document.region),
            (_("date of the document"), document.dated or "–"),
            (_("basis"), document.basis or "–"),
            (_("reason"), document.reason or "–"),
            (_("author"), document.author or "–"),
        ]
        facts += [(_("budget unit"), document.unit)] if document.unit else []
        facts += [(_("document number of the upper level"), document.upper_number)] if document.upper_number else []
        return [*facts, (_("posted at"), document.posted_at)] if document.posted_at else facts

    def get_acts(self) -> list[Act]:
        document, actor = self.object, self.actor
        acts = [
            self._act(_("submit"), "submit", policies.may_submit(actor, document), primary=True),
            self._act(_("edit"), "edit", policies.may_edit(actor, document)),
            self._act(_("lines from a file"), "upload", policies.may_edit(actor, document)),
            self._act(
                _("number the document"), "number", policies.may_number(actor, document), primary=not document.number
            ),
            self._act(_("take back"), "withdraw", policies.may_withdraw(actor, document)),
            self._act(_("give up"), "abandon", policies.may_abandon(actor, document), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def get_context_data(self) -> dict[str, Any]:
        """The upper document is a page of those who see its region."""
        upper = AuthorityDocument.objects.visible_to(self.actor).filter(pk=self.object.upper_id).first()
        return super().get_context_data() | {"upper": upper}

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"ledger:document_{name}", args=[self.object.pk]), verdict, **look)


class DocumentLines(ListPage):
    """All lines of one document, to be searched and exported."""

    model = DocumentLine
    table = DocumentLineTable
    grant = "ledger.see"
    empty_text = gettext_lazy("No line yet.")

    @cached_property
    def document(self) -> AuthorityDocument:
        document = AuthorityDocument.objects.visible_to(self.actor).filter(pk=self.kwargs["pk"]).first()
        if document is None:
            raise Http404
        return document

    def get_queryset(self) -> Any:
        return DocumentLine.objects.filter(document=self.document)

    def get_title(self) -> str:
        return _("lines of %(document)s") % {"document": self.document}

    def get_crumbs(self) -> list[Crumb]:
        return document_crumbs(self.document)


class DocumentAction(ActionPage):
    model = AuthorityDocument

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return document_crumbs(self.object)


class DocumentSubmit(SubmitPage, DocumentAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this document in for approval?")
    consequence = gettext_lazy("It is posted as soon as the last step approves; until then it can be taken back.")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: AuthorityDocument) -> Verdict:
        return policies.may_submit(self.actor, obj)

    def act(self, obj: AuthorityDocument, form: Any) -> None:
        services.submit_document(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: AuthorityDocument) -> str:
        return SUBJECT


class DocumentNumber(DocumentAction):
    form_class = NumberForm
    title = gettext_lazy("number the document")
    question = gettext_lazy("Which number and date does this document get?")
    consequence = gettext_lazy("The unit has asked for it without a number; it is posted under yours.")
    submit_label = gettext_lazy("save")
    success_message = gettext_lazy("The document has its number.")

    def allowed(self, obj: AuthorityDocument) -> Verdict:
        return policies.may_number(self.actor, obj)

    def get_initial(self, obj: AuthorityDocument) -> dict[str, Any]:
        return {"number": obj.number, "dated": obj.dated or timezone.localdate()}

    def act(self, obj: AuthorityDocument, form: Any) -> None:
        services.number_document(self.actor, obj, **form.cleaned_data)


class DocumentWithdraw(DocumentAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this document back?")
    consequence = gettext_lazy("It is a draft again and can be changed.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The document is a draft again.")

    def allowed(self, obj: AuthorityDocument) -> Verdict:
        return policies.may_withdraw(self.actor, obj)

    def act(self, obj: AuthorityDocument, form: Any) -> None:
        services.withdraw_document(self.actor, obj)


class DocumentAbandon(DocumentAction):
    title = gettext_lazy("give up")
    question = gettext_lazy("Give this document up for good?")
    consequence = gettext_lazy("It stays to be read and is never posted.")
    submit_label = gettext_lazy("give up")
    success_message = gettext_lazy("The document is given up.")
    danger = True

    def allowed(self, obj: AuthorityDocument) -> Verdict:
        return policies.may_abandon(self.actor, obj)

    def act(self, obj: AuthorityDocument, form: Any) -> None:
        services.abandon_document(self.actor, obj)
