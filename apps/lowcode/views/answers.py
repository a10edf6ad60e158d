"""Pages of answers: filling a form in, reading what was filled in, the list of all answers and its exports."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode import formpolicies as policies
from apps.lowcode.formtables import AnswerFilter, answer_table, row_sheets, rows_of
from apps.lowcode.models import Answer, FormDefinition, FormPurpose, FormVersion, VersionState
from apps.lowcode.rendering import AnswerForm, display
from apps.lowcode.selectors import forms as selectors
from apps.lowcode.services.answers import BadAnswers, save_answer
from apps.lowcode.views.forms import FormScope, home_of, list_crumb
from imbudget.kit import export, registry
from imbudget.kit.errors import RuleViolation, Verdict
from imbudget.kit.views import DetailPage, FormPage, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act
from imbudget.kit.views.list import content_disposition


class AnswerPage(FormPage):
    """Fills a form in; a draft keeps what is right and asks for nothing."""

    grant = "lowcode.act"
    template_name = "lowcode/answer_form.html"
    submit_label = gettext_lazy("save")
    multipart = True
    answer: Answer | None = None
    version: FormVersion
    place: Any

    def allowed(self) -> Verdict:
        return policies.may_answer(self.actor, self.place.region, self.place.unit)

    def get_title(self) -> str:
        return str(self.version.definition)

    def get_form(self, data: Any = None, files: Any = None) -> AnswerForm:
        values = selectors.values_of(self.answer) if self.answer else None
        place = self.place.region.pk, self.place.unit.pk if self.place.unit else None
        schema = selectors.schema_of(self.version)
        return AnswerForm(schema, actor=self.actor, values=values, place=place, data=data, files=files)

    def save(self, form: AnswerForm) -> str:
        try:
            answer = save_answer(
                self.actor,
                version=self.version,
                region=self.place.region,
                unit=self.place.unit,
                raw=form.raw,
                answer=self.answer,
                draft="draft" in self.request.POST,
                revision=_revision(self.request),
            )
        except BadAnswers as refusal:
            form.refuse(refusal.errors)
            raise RuleViolation(_("Nothing was saved yet: some fields need another look.")) from refusal
        return answer.get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"answer": self.answer, "place": self.place}


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class AnswerCreate(FormScope, AnswerPage):
    model = FormDefinition

    def setup_page(self) -> None:
        self.object = self.get_object()
        version = selectors.published_of(self.object)
        if version is None:
            raise Http404
        self.version, self.place = version, home_of(self.request.actor)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class AnswerScope:
    """A page about one answer in sight."""

    model = Answer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("version__definition", "region", "unit", "author")  # type: ignore[misc]

    def get_crumbs(self) -> list[Crumb]:
        version = self.object.version
        return [
            list_crumb(),
            Crumb(str(version.definition), version.definition.get_absolute_url()),
            Crumb(_("answers"), reverse("lowcode:answers", args=[version.pk])),
        ]


class AnswerEdit(AnswerScope, FormScope, AnswerPage):
    def get_queryset(self) -> Any:
        rows = Answer.objects.visible_to(self.request.actor)
        return rows.select_related("version__definition", "region", "unit").filter(subject_label="")

    def setup_page(self) -> None:
        self.object = self.answer = self.get_object()
        self.version, self.place = self.answer.version, self.answer

    def get_crumbs(self) -> list[Crumb]:
        return [
            *AnswerScope.get_crumbs(self),
            Crumb(_("number %(number)s") % {"number": self.object.pk}, self.object.get_absolute_url()),
        ]

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


def _lines(page: DetailPage, answer: Answer) -> dict[str, Any]:
    return {"lines": display(selectors.schema_of(answer.version), selectors.values_shown(page.actor, answer))}


class AnswerDetail(AnswerScope, DetailPage):
    """What was filled in; sensitive answers in full only for the place they come from and its finance office."""

    grant = "lowcode.act"
    tabs = (Tab("answers", gettext_lazy("answers"), "lowcode/_answer_lines.html", _lines),)

    def get_title(self) -> str:
        return _("%(form)s, number %(number)s") % {"form": self.object.version.definition, "number": self.object.pk}

    def get_facts(self) -> list[tuple[Any, Any]]:
        answer = self.object
        return [
            (_("region"), answer.region),
            (_("budget unit"), answer.unit or "—"),
            (_("version"), answer.version.number),
            (_("complete"), _("yes") if answer.is_complete else _("no")),
            (_("author"), answer.author or "—"),
            (_("updated at"), answer.updated_at),
        ]

    def get_acts(self) -> list[Act]:
        if self.object.subject_label:
            return []
        may = policies.may_change_answer(self.actor, self.object)
        return [Act(_("edit"), reverse("lowcode:answer_edit", args=[self.object.pk]), may, primary=True)]


class AnswerList(ListPage):
    """The answers to one version, with a column for each of its fields."""

    model = Answer
    filters = AnswerFilter
    grant = "lowcode.act"
    empty_text = gettext_lazy("Nobody has filled this form in yet.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        definitions = FormDefinition.objects.visible_to(request.actor) if request.user.is_authenticated else ()
        versions = FormVersion.objects.filter(pk=kwargs["pk"], definition__in=definitions)
        self.version = versions.exclude(state=VersionState.DRAFT).select_related("definition").first()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.version is None and request.actor.can(self.grant):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def table(self) -> Any:
        return answer_table(self.version)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(version=self.version)

    def get_actions(self) -> list[tuple[Any, str]]:
        definition = self.version.definition
        if definition.purpose != FormPurpose.SURVEY or self.version.state != VersionState.PUBLISHED:
            return []
        return [(_("fill in"), reverse("lowcode:answer_create", args=[definition.pk]))]

    def get_title(self) -> str:
        return _("answers to %(form)s") % {"form": self.version}

    def get_crumbs(self) -> list[Crumb]:
        definition = self.version.definition
        return [list_crumb(), Crumb(str(definition), definition.get_absolute_url())]

    def download(self, kind: str) -> HttpResponseBase:
        """A workbook has a sheet for each table of the form beside the list; CSV is the list alone."""
        tables = row_sheets(selectors.schema_of(self.version))
        if kind != "xlsx" or not tables or self.rows.order_by()[: export.MAX_ROWS + 1].count() > export.MAX_ROWS:
            return super().download(kind)
        registry.download_record.get()(self.request, what=self.get_title(), kind=kind, query=self.params.urlencode())
        sheets = [(self.get_title(), self.columns, self.reading.stream(self.rows.order_by("-pk")))]
        sheets += [(str(table.label), columns, self._rows_of(table)) for table, columns in tables]
        response = HttpResponse(export.to_workbook(sheets), content_type=export.MIME[kind])
        response["Content-Disposition"] = content_disposition(get_valid_filename(f"{self.get_title()}.{kind}"))
        return response

    def _rows_of(self, table: Any) -> Iterator[dict[str, Any]]:
        for pk, values in self.rows.order_by("-pk").values_list("pk", "values").iterator(1000):
            yield from rows_of(table, pk, values)
