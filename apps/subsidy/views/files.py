"""Files that come in: registers of a region, lines of a roster. They are read in the background and show their progress."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.models import Job
from apps.desk.services import start_job
from apps.regions.models import Region
from apps.subsidy import policies
from apps.subsidy.forms.catalogue import LABELS, RegisterForm, RosterFileForm, heads_of
from apps.subsidy.importing.columns import FILES
from apps.subsidy.jobs import REGISTER, ROSTER
from apps.subsidy.models import Roster
from apps.subsidy.views.households import household_crumbs
from apps.subsidy.views.rosters import RELATED, roster_crumbs
from imbudget.kit.emptybook import EmptyColumn, empty_book
from imbudget.kit.errors import Verdict
from imbudget.kit.export import MIME
from imbudget.kit.views import FormPage, KitView
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition


class FilePage(FormPage):
    """A form with a table file; what becomes of it stands on the page of its job."""

    template_name = "subsidy/register_import.html"
    submit_label = gettext_lazy("import")
    multipart = True

    def start(self, kind: str, form: Any, **params: Any) -> Job:
        """Begin the job."""
        file = form.cleaned_data["file"]
        label = _("import %(name)s") % {"name": file.name}
        return start_job(self.actor, kind, params | {"name": file.name}, label=label, file=file)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"registers": self.registers()}

    def registers(self) -> list[tuple[str, Any, list[str]]]:
        """What files there are, with their heads."""
        raise NotImplementedError


class RegisterImport(FilePage):
    form_class = RegisterForm
    grant = "subsidy.configure"
    title = gettext_lazy("import a register")

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()

    def allowed(self) -> Verdict:
        return policies.may_configure(self.actor, self.region.pk if self.region else 0)

    def get_crumbs(self) -> list[Crumb]:
        return household_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("subsidy:households")

    def save(self, form: RegisterForm) -> Job:
        return self.start(REGISTER, form, register=form.cleaned_data["register"], region=self.region.pk)

    def registers(self) -> list[tuple[str, Any, list[str]]]:
        return [(kind, label, heads_of(kind)) for kind, label in LABELS.items()]


class RosterImport(FilePage):
    form_class = RosterFileForm
    grant = "subsidy.see"
    title = gettext_lazy("import lines")
    help_text = gettext_lazy("The lines that are there are replaced; areas and amounts are compared with the register.")

    @cached_property
    def object(self) -> Roster:
        found = Roster.objects.visible_to(self.actor).select_related(*RELATED).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def allowed(self) -> Verdict:
        return policies.may_edit(self.actor, self.object)

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: RosterFileForm) -> Job:
        return self.start(ROSTER, form, roster=self.object.pk)

    def registers(self) -> list[tuple[str, Any, list[str]]]:
        return [("roster", gettext_lazy("roster"), heads_of("roster"))]


class RegisterTemplate(KitView):
    """The empty workbook of a register."""

    grant = "subsidy.see"

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in FILES:
            raise Http404
        columns = [
            EmptyColumn(cell.head, is_required=cell.required, choices=[word for word, _value in cell.words])
            for cell in FILES[kind]
        ]
        rules = [
            _("One row for each; coloured columns must be filled in."),
            _("Numbers of persons and cards are text."),
        ]
        response = HttpResponse(empty_book(kind, columns, rules), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition(f"{kind}.xlsx")
        return response
