"""The audit desk: one search over both logs, the trail of a row, files for other tools, what administrators did."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit import policies
from apps.audit.exports import COLUMNS, export_limit, json_lines
from apps.audit.facts import told
from apps.audit.filters import TrailFilter, first_day
from apps.audit.models import Trail
from apps.audit.selectors import objects
from apps.audit.tables import TrailTable
from imbudget.kit import export, registry
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.forms import TextField
from imbudget.kit.views import FormPage, KitView, ListPage
from imbudget.kit.views.base import Crumb, ScopedMixin
from imbudget.kit.views.list import content_disposition

LONGEST = 40  # of a key, as the logs keep it


def desk_crumbs() -> list[Crumb]:
    return [Crumb(_("audit desk"), reverse("audit:desk"))]


class Desk(ListPage):
    """Both logs, newest first. A file of it needs a reason, and is asked for on a page of its own."""

    model = Trail
    table = TrailTable
    filters = TrailFilter
    grant = "evidence.see"
    title = gettext_lazy("audit desk")
    empty_text = gettext_lazy("Nothing of this kind was recorded in your region in these days.")

    def initial_query(self) -> dict[str, Any]:
        return {"since": first_day()}

    def download(self, kind: str) -> HttpResponseBase:
        return redirect(f"{reverse('audit:export')}?{self.query_without('cursor', 'export', 'view')}")


class Administrators(Desk):
    """What the other administrators have done, for each of the three."""

    grant = ""
    title = gettext_lazy("acts of the administrators")
    empty_text = gettext_lazy("The other administrators have done nothing in these days.")

    def get_queryset(self) -> Any:
        require(policies.may_see_administrators(self.actor))
        return Trail.objects.of_others(self.actor, registry.administrators.get()())

    def get_context_data(self) -> dict[str, Any]:
        return super().get_context_data() | {"closed_to_files": True}

    def download(self, kind: str) -> HttpResponseBase:
        raise PermissionDenied(_("Files are made at the audit desk."))


class TrailRow(ScopedMixin, KitView):
    """One row of either log with its facts and what was changed."""

    model = Trail

    def get_queryset(self) -> Any:
        if policies.may_search(self.actor):
            return super().get_queryset()
        require(policies.may_see_administrators(self.actor))
        return Trail.objects.of_others(self.actor, registry.administrators.get()())

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.get_object()
        known = objects.model_called(row.subject_type) if row.subject_type else None
        searches = policies.may_search(self.actor).ok
        context = {
            "title": row.kind_label,
            "crumbs": desk_crumbs() if searches else [],
            "row": row,
            "told": told(row.facts),
            "entry": reverse("evidence:entry", args=[row.number]) if searches and row.log == Trail.EVIDENCE else "",
            "trail": reverse("audit:object", args=[known._meta.label_lower, row.subject_id])
            if searches and known and row.subject_id
            else "",
        }
        return TemplateResponse(request, "audit/row.html", context)


class ObjectTrail(KitView):
    """History, evidence and audit log of one row on one line of time."""

    grant = "evidence.see"

    def get(self, request: HttpRequest, label: str, pk: str) -> HttpResponse:
        model = objects.model_called(label)
        if model is None or len(pk) > LONGEST or "\0" in pk:
            raise Http404
        row, trail = objects.row_in_sight(self.actor, model, pk), objects.trail_of_object(self.actor, model, pk)
        if row is None and not trail:
            raise Http404
        moments = objects.moments_of(row, trail)
        context = {
            "title": str(row) if row is not None else trail[0].subject_label,
            "crumbs": desk_crumbs(),
            "kind": model._meta.verbose_name,
            "href": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
            "moments": [(moment, told(moment.row.facts) if moment.row else None) for moment in moments],
            "gone": row is None,
            "shown": objects.SHOWN,
        }
        return TemplateResponse(request, "audit/object.html", context)


class ExportForm(forms.Form):
    """Which file, and why: both stand in the record of the download."""

    kind = forms.ChoiceField(
        label=gettext_lazy("kind of file"),
        choices=[("csv", "CSV"), ("jsonl", gettext_lazy("JSON lines"))],
    )
    reason = TextField(label=gettext_lazy("reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class TrailExport(FormPage):
    """What the desk has found as a file: right, reason, limit of rows, and its own record."""

    grant = "evidence.see"
    form_class = ExportForm
    title = gettext_lazy("file of the audit trail")
    submit_label = gettext_lazy("make the file")

    def setup_page(self) -> None:
        query = self.request.GET or QueryDict(f"since={first_day()}")
        self.filter_form = TrailFilter(query, actor=self.actor)
        self.filter_form.is_valid()

    @property
    def help_text(self) -> str:
        words = _("The file holds what the audit desk has found, %(most)s rows at most; that it was made stands in it.")
        return words % {"most": export_limit()}

    def get_crumbs(self) -> list[Crumb]:
        return desk_crumbs()

    def get_cancel_url(self) -> str:
        return f"{reverse('audit:desk')}?{self.request.GET.urlencode()}"

    def save(self, form: Any) -> HttpResponseBase:
        rows = self.filter_form.narrow(Trail.objects.visible_to(self.actor))
        count, most = rows.order_by()[: export_limit() + 1].count(), export_limit()
        if count > most:
            text = _("This list has more than %(count)s rows: narrow it by its filters before you export it.")
            raise RuleViolation(text % {"count": most})
        kind, reason = form.cleaned_data["kind"], form.cleaned_data["reason"]
        registry.download_record.get()(
            self.request,
            what=self.get_title(),
            kind=kind,
            rows=count,
            reason=reason,
            query=self.request.GET.urlencode(),
        )
        found = rows.order_by("-recorded_at", "-id").iterator(2000)
        response = StreamingHttpResponse(export.to_csv(COLUMNS, found) if kind == "csv" else json_lines(found))
        response["Content-Type"] = export.MIME["csv"] if kind == "csv" else "application/x-ndjson"
        response["Content-Disposition"] = content_disposition(f"audit-trail.{kind}")
        return response
