"""Writing a request: a new one to one payee or to many, changing it, its payees from a table file."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies, rowcolumns, services
from apps.disbursement.forms.requests import HeadForm, RequestForm, RowsFileForm
from apps.disbursement.models import Business, PaymentRequest
from apps.disbursement.rowfiles import empty_table, read_file
from apps.disbursement.selectors.choices import accounts_for, authorities_for
from apps.disbursement.views.requests import RELATED, request_crumbs
from imbudget.kit.errors import ALLOWED, RuleViolation, Verdict, refused
from imbudget.kit.export import MIME
from imbudget.kit.views import FormPage, KitView
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition

MOST_ON_PAGE = 200
SPARE = 3
MOST_ERRORS = 500


class RequestNew(FormPage):
    """One payee out of one authority."""

    form_class: type[HeadForm] = RequestForm
    template_name = "disbursement/request_edit.html"
    grant = "disbursement.see"
    business: str = Business.NORMAL
    submit_label = gettext_lazy("save")
    help_text = gettext_lazy("Nothing is held before the request has been handed in.")

    def get_title(self) -> str:
        return _("ask for a payment") if self.business == Business.NORMAL else str(Business(self.business).label)

    def allowed(self) -> Verdict:
        if not self.actor.can("disbursement.pay"):
            return refused(_("Only the unit itself asks for payments out of its authority."))
        return ALLOWED

    def obstacle(self) -> str:
        """What the unit lacks although its post may pay: nothing that another post would change."""
        if not authorities_for(self.actor).exists():
            return _("The unit has no issued authority with money left in books that are open.")
        if not accounts_for(self.actor).exists():
            return _("No account pays for the unit yet: the system administrator enters it first.")
        return ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_allowed()
        return self._blocked(200) or super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_allowed()
        return self._blocked(422) or super().post(request, **kwargs)

    def _blocked(self, status: int) -> HttpResponse | None:
        obstacle = self.obstacle()
        if not obstacle:
            return None
        context = {"title": self.get_title(), "crumbs": self.get_crumbs(), "obstacle": obstacle}
        context["cancel_url"] = self.get_cancel_url()
        return TemplateResponse(self.request, "disbursement/obstacle.html", context, status=status)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET
        initial = {name: int(asked[name]) for name in ("authority", "payee") if _is_key(asked.get(name, ""))}
        return {"actor": self.actor, "business": self.business, "initial": initial}

    def get_crumbs(self) -> list[Crumb]:
        return request_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("disbursement:requests")

    def save(self, form: Any) -> str:
        rows = form.rows()
        return services.draw_up(self.actor, form.chosen_authority(), form.head(), rows).get_absolute_url()


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


class RowsMixin:
    """A form with a table of payees below it; wrong cells are marked one by one."""

    request: HttpRequest
    wrong: Mapping[str, str] = {}

    def kind(self) -> str:
        """The type of business, which says what columns there are."""
        raise NotImplementedError

    def again(self) -> PaymentRequest | None:
        """The request whose failed rows this one pays."""
        return None

    def stored(self) -> list[dict[str, str]]:
        """The rows before anything was sent."""
        return []

    def rows(self) -> list[services.RowInput]:
        """The rows that were sent. Raises RuleViolation, with `wrong` naming the cells."""
        given = rowcolumns.sent(self.request.POST.dict(), self.kind(), again=self.again() is not None)
        if len(given) > MOST_ON_PAGE:
            text = _("A page takes %(most)s payees at most: bring more of them in by a file.")
            raise RuleViolation(text % {"most": MOST_ON_PAGE})
        read = rowcolumns.read_rows(self.completed(given), self.again())
        if read.errors:
            self.wrong = {f"{rowcolumns.PAYEES}.{at}.{name}": text for (at, name), text in read.errors.items()}
            raise RuleViolation(_("Some payees cannot be paid as they stand: the reasons stand beside them."))
        return read.rows

    def completed(self, given: list[dict[str, str]]) -> list[dict[str, str]]:
        """The rows with what the page did not show of them."""
        return given

    def view_of_rows(self) -> Any:
        """The table as fields."""
        again = self.again() is not None
        posted = self.request.method == "POST"
        rows = rowcolumns.sent(self.request.POST.dict(), self.kind(), again=again) if posted else self.stored()
        return rowcolumns.view(self.kind(), rows[:MOST_ON_PAGE], self.wrong, again=again, spare=SPARE)


class RequestNewMany(RowsMixin, RequestNew):
    """Many payees out of one authority: typed, pasted, or brought in by a file once the draft stands."""

    form_class = HeadForm
    help_text = gettext_lazy(
        "Payees can be typed or pasted here, or brought in from a table file once the draft is saved."
    )

    def kind(self) -> str:
        return self.business

    def save(self, form: HeadForm) -> str:
        rows = self.rows()
        return services.draw_up(self.actor, form.chosen_authority(), form.head(), rows).get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"view": self.view_of_rows()}


class RequestPage(FormPage):
    """A form about a request that stands."""

    grant = "disbursement.see"

    @cached_property
    def object(self) -> PaymentRequest:
        rows = PaymentRequest.objects.visible_to(self.actor).select_related(*RELATED)
        request = rows.filter(pk=self.kwargs["pk"]).first()
        if request is None:
            raise Http404
        return request

    def allowed(self) -> Verdict:
        return policies.may_edit_by_hand(self.actor, self.object)

    def get_crumbs(self) -> list[Crumb]:
        return request_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class RequestEdit(RowsMixin, RequestPage):
    """A draft or a returned request: its head and its payees; more than a page takes are changed by a file."""

    template_name = "disbursement/request_edit.html"
    title = gettext_lazy("edit")
    submit_label = gettext_lazy("save")

    @cached_property
    def is_one(self) -> bool:
        """Whether it has one payee beside its head, as an ordinary payment has."""
        return self.object.business == Business.NORMAL and self.object.rows.count() <= 1 and not self.object.again_id

    @cached_property
    def is_long(self) -> bool:
        """Whether its payees stay as they are on this page: too many, or those of the payment that it changes."""
        return bool(self.object.about_id) or self.object.rows.count() > MOST_ON_PAGE

    def kind(self) -> str:
        return self.object.business

    def again(self) -> PaymentRequest | None:
        return self.object.again

    def stored(self) -> list[dict[str, str]]:
        return rowcolumns.stored(self.object)

    def completed(self, given: list[dict[str, str]]) -> list[dict[str, str]]:
        return rowcolumns.whole_accounts(given, self.object)

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form_class = RequestForm if self.is_one else HeadForm
        return form_class(data=data, files=files, **self.get_form_kwargs())

    def get_form_kwargs(self) -> dict[str, Any]:
        request = self.object
        initial = {name: getattr(request, name) for name in ("account", "settlement", "purpose", "period", "revision")}
        if request.contract_id:
            initial["contract"] = (
                f"{request.contract_id}.{request.stage_id}" if request.stage_id else str(request.contract_id)
            )
        row = request.rows.first() if self.is_one else None
        if row is not None:
            names = ("payee_name", "payee_account", "payee_bank", "payee_bank_code", "amount")
            initial |= {name: getattr(row, name) for name in names} | {"payee_account": row.masked_account}
        return {"actor": self.actor, "request": request, "business": request.business, "initial": initial}

    def get_context_data(self, form: Any) -> dict[str, Any]:
        shown = None if self.is_one or self.is_long else self.view_of_rows()
        context = {"view": shown, "count": self.object.rows.count() if self.is_long else 0}
        by_file = self.object.business in rowcolumns.MANY and not self.object.again_id
        return super().get_context_data(form) | context | {"request_": self.object, "by_file": by_file}

    def save(self, form: Any) -> str:
        request, revision = self.object, form.cleaned_data["revision"] or 0
        if self.is_one:
            rows = form.rows()
        elif self.is_long:
            rows = services.rows_as_they_stand(request)
        else:
            rows = self.rows()
        services.save_request(self.actor, request, revision, form.head(), rows)
        return request.get_absolute_url()


class RowsUpload(RequestPage):
    """A table file whose payees take the place of those of the request; every wrong row is told."""

    form_class = RowsFileForm
    template_name = "disbursement/rows_upload.html"
    title = gettext_lazy("payees from a file")
    submit_label = gettext_lazy("take the payees over")
    multipart = True
    bad: list[tuple[int, str, str]] = []

    def allowed(self) -> Verdict:
        if self.object.business not in rowcolumns.MANY or self.object.again_id:
            return refused(_("The payees of this type of business do not come from a file."))
        return super().allowed()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"revision": self.object.revision}}

    def save(self, form: RowsFileForm) -> str:
        request, file = self.object, form.cleaned_data["file"]
        with NamedTemporaryFile() as kept:
            for chunk in file.chunks():
                kept.write(chunk)
            kept.flush()
            table = read_file(request.business, Path(kept.name), file.name)
        self.bad = table.bad
        if self.bad:
            raise RuleViolation(_("Nothing was taken over: some rows of the file cannot be paid."))
        services.save_request(self.actor, request, form.cleaned_data["revision"], {}, table.rows)
        if table.unread:
            text = _("These columns were not read: %(columns)s.")
            messages.warning(self.request, text % {"columns": "、".join(table.unread[:20])[:300]})
        return request.get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        heads = [rowcolumns.HEADS[name] for name in rowcolumns.names_of(self.object.business)]
        context = {"bad": self.bad[:MOST_ERRORS], "bad_count": len(self.bad), "columns": heads}
        return super().get_context_data(form) | context | {"request_": self.object}


class RowsTemplate(KitView):
    """The empty table of payees of a request's type of business."""

    grant = "disbursement.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = PaymentRequest.objects.visible_to(self.actor).filter(pk=pk).first()
        if found is None:
            raise Http404
        response = HttpResponse(empty_table(found.business), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition("收款人明细模板.xlsx")
        return response
