"""The register of households: search, one household, files that come in."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.regions.models import Region
from apps.subsidy import policies
from apps.subsidy.filters.rosters import HouseholdFilter
from apps.subsidy.forms.catalogue import LABELS, HouseholdStateForm, RegisterForm, heads_of
from apps.subsidy.importing.columns import FILES
from apps.subsidy.models import Household
from apps.subsidy.services.households import set_household_state
from apps.subsidy.services.registers import RegisterRefused, import_register
from apps.subsidy.tables.households import HouseholdTable
from imbudget.kit.emptybook import EmptyColumn, empty_book
from imbudget.kit.errors import Verdict
from imbudget.kit.export import MIME
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, KitView, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act
from imbudget.kit.views.list import content_disposition

SHOWN = 200


def household_crumbs(household: Household | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("households"), reverse("subsidy:households"))]
    return crumbs if household is None else [*crumbs, Crumb(household.code, household.get_absolute_url())]


class HouseholdList(ListPage):
    model = Household
    table = HouseholdTable
    filters = HouseholdFilter
    grant = "subsidy.see"
    title = gettext_lazy("households")
    empty_text = gettext_lazy("No household has been brought into the register yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        if not self.actor.can("subsidy.configure"):
            return []
        return [(_("import a register"), reverse("subsidy:register_import"))]


def _people(page: DetailPage, household: Household) -> dict[str, Any]:
    return {"members": household.members.all()[:SHOWN]}


def _land(page: DetailPage, household: Household) -> dict[str, Any]:
    return {"parcels": household.parcels.all()[:SHOWN], "violations": household.violations.all()[:SHOWN]}


def _received(page: DetailPage, household: Household) -> dict[str, Any]:
    lines = household.lines.select_related("roster__subsidy", "roster__place").order_by("-pk")[:SHOWN]
    return {"received": [line for line in lines if line.roster.state != "abandoned"]}


class HouseholdDetail(DetailPage):
    model = Household
    grant = "subsidy.see"
    template_name = "subsidy/household.html"
    tabs = (
        Tab("people", gettext_lazy("people"), "subsidy/_people.html", _people),
        Tab("land", gettext_lazy("land and violations"), "subsidy/_land.html", _land),
        Tab("received", gettext_lazy("subsidies received"), "subsidy/_received.html", _received),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "place__parent__parent")

    def get_crumbs(self) -> list[Crumb]:
        return household_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        above = [one.place, one.place.parent, one.place.parent.parent if one.place.parent else None]
        return [
            (_("household code"), one.code),
            (_("head of the household"), one.head_name),
            (_("identity number"), one.masked_id),
            (_("card"), one.masked_card or "–"),
            (_("bank"), one.bank or "–"),
            (_("place"), " ".join(place.name for place in reversed(above) if place)),
            (_("people"), one.people),
            (_("head of livestock"), one.livestock),
            (_("region"), one.region),
        ]

    def get_acts(self) -> list[Act]:
        verdict = policies.may_change_household(self.actor, self.object)
        href = reverse("subsidy:household_state", args=[self.object.pk])
        return [Act(_("change the state"), href, verdict)] if verdict else []


class HouseholdState(ActionPage):
    model = Household
    form_class = HouseholdStateForm
    title = gettext_lazy("change the state")
    question = gettext_lazy("Change the state of this household?")
    consequence = gettext_lazy("Rosters made from now on leave out who is stopped or void.")
    submit_label = gettext_lazy("save")

    def allowed(self, obj: Household) -> Verdict:
        return policies.may_change_household(self.actor, obj)

    def get_initial(self, obj: Household) -> dict[str, Any]:
        return {"state": obj.state}

    def get_crumbs(self) -> list[Crumb]:
        return household_crumbs(self.object)

    def act(self, obj: Household, form: HouseholdStateForm) -> None:
        set_household_state(self.actor, obj, form.cleaned_data["state"], form.cleaned_data["reason"])


class FilePage(FormPage):
    """A form with a table file; a refused one comes back with what is wrong in which row."""

    template_name = "subsidy/register_import.html"
    multipart = True
    errors: list[tuple[int, str]] = []

    def bring(self, path: Path, name: str, form: Any) -> str:
        """Call the service; says what has been done."""
        raise NotImplementedError

    def goal(self, form: Any) -> str:
        raise NotImplementedError

    def save(self, form: Any) -> str:
        file = form.cleaned_data["file"]
        with tempfile.NamedTemporaryFile(suffix=Path(file.name).suffix[:10]) as kept:
            for piece in file.chunks():
                kept.write(piece)
            kept.flush()
            try:
                messages.success(self.request, self.bring(Path(kept.name), file.name, form))
            except RegisterRefused as refusal:
                self.errors = refusal.report.errors
                raise
        return self.goal(form)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"row_errors": self.errors, "registers": self.registers()}

    def registers(self) -> list[tuple[str, Any, list[str]]]:
        """What files there are, with their heads."""
        return []


class RegisterImport(FilePage):
    form_class = RegisterForm
    grant = "subsidy.configure"
    title = gettext_lazy("import a register")
    submit_label = gettext_lazy("import")

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()

    def allowed(self) -> Verdict:
        return policies.may_configure(self.actor, self.region.pk if self.region else 0)

    def get_crumbs(self) -> list[Crumb]:
        return household_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("subsidy:households")

    def bring(self, path: Path, name: str, form: RegisterForm) -> str:
        report = import_register(self.actor, form.cleaned_data["register"], path, self.region, name)
        return _("%(rows)s rows read, %(written)s written.") % {"rows": report.rows, "written": report.written}

    def goal(self, form: RegisterForm) -> str:
        return reverse("subsidy:households")

    def registers(self) -> list[tuple[str, Any, list[str]]]:
        return [(kind, label, heads_of(kind)) for kind, label in LABELS.items()]


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
