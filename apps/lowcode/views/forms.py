"""Pages on which forms are listed, looked at, put into use, copied, and travel as files."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode import formpolicies as policies
from apps.lowcode.designforms import CopyForm, CreateForm, DefinitionFileForm, NameForm
from apps.lowcode.formtables import FormFilter, FormTable
from apps.lowcode.models import FormDefinition, FormPurpose, FormVersion, VersionState
from apps.lowcode.selectors import forms as selectors
from apps.lowcode.services import forms as services
from apps.lowcode.services.forms import BadDefinition, Place
from apps.lowcode.views.download import DefinitionDownload
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, ScopedMixin, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def home_of(actor: Actor) -> Place:
    """Where the actor's own forms belong: the unit of a unit post, else the region of the post."""
    if actor.reach == Reach.UNITS and len(actor.unit_ids) == 1:
        unit = Unit.objects.select_related("region").get(pk=actor.unit_ids[0])
        return Place(unit.region, unit)
    region = Region.objects.filter(pk=actor.region_id).first()
    if region is None:
        raise Http404
    return Place(region)


def list_crumb() -> Crumb:
    return Crumb(_("forms"), reverse("lowcode:forms"))


class FormList(ListPage):
    model = FormDefinition
    table = FormTable
    filters = FormFilter
    grant = "lowcode.act"
    title = gettext_lazy("forms")
    empty_text = gettext_lazy("No form yet. Make one, or import the definition of another place.")

    def get_queryset(self) -> Any:
        return selectors.by_state(super().get_queryset())

    def get_actions(self) -> list[tuple[Any, str]]:
        if not self.actor.can(policies.NEEDS_DESIGN):
            return []
        return [
            (_("new form"), reverse("lowcode:form_create")),
            (_("import a definition"), reverse("lowcode:form_import")),
        ]


class FormScope(ScopedMixin):
    """A page about one form in sight."""

    model = FormDefinition

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit", "origin__definition__region")

    def get_crumbs(self) -> list[Crumb]:
        definition = self.definition
        return [list_crumb(), Crumb(str(definition), definition.get_absolute_url())]

    @property
    def definition(self) -> FormDefinition:
        return getattr(self, "object", None) or self.get_object()


def version_asked(request: HttpRequest, definition: FormDefinition) -> FormVersion | None:
    """The version that `?version=2` names, else the one in use, else the newest."""
    versions = selectors.versions_of(definition)
    asked = request.GET.get("version", "")
    named = next((one for one in versions if str(one.number) == asked), None)
    in_use = next((one for one in versions if one.state == VersionState.PUBLISHED), None)
    return named or in_use or (versions[0] if versions else None)


def _fields(page: DetailPage, definition: FormDefinition) -> dict[str, Any]:
    version = version_asked(page.request, definition)
    is_filled = version is not None and bool(version.body.get("fields"))
    return {"version": version, "schema": selectors.schema_of(version) if version and is_filled else None}


def _versions(page: DetailPage, definition: FormDefinition) -> dict[str, Any]:
    return {"versions": selectors.versions_of(definition)}


class FormDetail(FormScope, DetailPage):
    grant = "lowcode.act"
    template_name = "lowcode/form_detail.html"
    tabs = (
        Tab("fields", gettext_lazy("fields"), "lowcode/form_fields.html", _fields),
        Tab("versions", gettext_lazy("versions"), "lowcode/form_versions.html", _versions),
        HistoryTab,
    )

    def get_crumbs(self) -> list[Crumb]:
        return [list_crumb()]

    def get_facts(self) -> list[tuple[Any, Any]]:
        definition = self.object
        facts = [
            (_("purpose"), definition.get_purpose_display()),
            (_("region"), definition.region),
            (_("budget unit"), definition.unit or "—"),
            (_("code"), definition.code),
        ]
        if definition.origin:
            facts.append((_("copied from"), f"{definition.origin} · {definition.origin.definition.region}"))
        return facts

    def get_acts(self) -> list[Act]:
        definition, actor = self.object, self.actor
        version = version_asked(self.request, definition)
        in_use = selectors.published_of(definition)
        acts = [self._act(_("export the definition"), "form_export", ALLOWED if version else refused(""))]
        if in_use and definition.purpose == FormPurpose.SURVEY:
            acts.insert(0, self._act(_("fill in"), "answer_create", ALLOWED, primary=True))
        if in_use and actor.can(policies.NEEDS_DESIGN):
            acts.append(self._act(_("copy"), "form_copy", ALLOWED))
        may = policies.may_design(actor, definition)
        if may:
            draft = selectors.draft_of(definition)
            acts += [
                self._act(_("design"), "form_design", may, primary=True),
                self._act(_("publish"), "form_publish", may if draft else refused("")),
                self._act(_("discard the draft"), "form_discard", may if draft else refused(""), danger=True),
                self._act(_("rename"), "form_rename", may),
                self._act(_("retire"), "form_retire", may if in_use else refused(""), danger=True),
            ]
        return acts

    def _act(self, label: str, name: str, verdict: Verdict, **options: Any) -> Act:
        query = f"?version={self.request.GET['version']}" if name == "form_export" and self._asks_version() else ""
        return Act(label, reverse(f"lowcode:{name}", args=[self.object.pk]) + query, verdict, **options)

    def _asks_version(self) -> bool:
        return self.request.GET.get("version", "").isdecimal()


class FormCreate(FormPage):
    grant = policies.NEEDS_DESIGN
    form_class = CreateForm
    title = gettext_lazy("new form")
    submit_label = gettext_lazy("on to the fields")

    def allowed(self) -> Verdict:
        place = home_of(self.actor)
        return policies.may_design_in(self.actor, place.region, place.unit)

    def get_crumbs(self) -> list[Crumb]:
        return [list_crumb()]

    def get_cancel_url(self) -> str:
        return reverse("lowcode:forms")

    def save(self, form: CreateForm) -> str:
        data = form.cleaned_data
        made = services.create_form(
            self.actor, place=home_of(self.actor), purpose=data["purpose"], code=data["code"], name=form.name
        )
        return reverse("lowcode:form_design", args=[made.pk])


class FormImport(FormPage):
    grant = policies.NEEDS_DESIGN
    form_class = DefinitionFileForm
    template_name = "lowcode/form_import.html"
    title = gettext_lazy("import a definition")
    submit_label = gettext_lazy("import")
    multipart = True
    help_text = gettext_lazy("The fields arrive as a draft: nothing is in use before you publish it.")
    wrong: tuple[Any, ...] = ()

    def get_crumbs(self) -> list[Crumb]:
        return [list_crumb()]

    def get_cancel_url(self) -> str:
        return reverse("lowcode:forms")

    def save(self, form: DefinitionFileForm) -> str:
        try:
            version = services.import_form(self.actor, place=home_of(self.actor), data=form.cleaned_data["file"])
        except BadDefinition as refusal:
            self.wrong = tuple(refusal.errors)
            raise
        return reverse("lowcode:form", args=[version.definition_id]) + f"?version={version.number}"

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"wrong": self.wrong}


class OneForm(FormScope, FormPage):
    """A page with a small form about one definition."""

    grant = policies.NEEDS_DESIGN

    def setup_page(self) -> None:
        self.object = self.get_object()

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class FormCopy(OneForm):
    form_class = CopyForm
    title = gettext_lazy("copy a form")
    submit_label = gettext_lazy("copy")
    help_text = gettext_lazy(
        "The copy belongs to your own place. Fields that an upper level has locked stay locked in it."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        definition = self.object
        names = {"name_zh": definition.name_zh_hans, "name_mn": definition.name_mvf, "code": definition.code}
        return {"initial": names}

    def save(self, form: CopyForm) -> str:
        version = selectors.published_of(self.object)
        if version is None:
            raise Http404
        made = services.copy_form(
            self.actor, version, place=home_of(self.actor), code=form.cleaned_data["code"], name=form.name
        )
        return reverse("lowcode:form_design", args=[made.pk])


class FormRename(OneForm):
    form_class = NameForm
    title = gettext_lazy("rename")

    def allowed(self) -> Verdict:
        return policies.may_design(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"name_zh": self.object.name_zh_hans, "name_mn": self.object.name_mvf}}

    def save(self, form: NameForm) -> str:
        services.rename_form(self.actor, self.object, name=form.name)
        return self.object.get_absolute_url()


class FormAction(FormScope, ActionPage):
    grant = policies.NEEDS_DESIGN

    def allowed(self, obj: FormDefinition) -> Verdict:
        return policies.may_design(self.actor, obj)


class FormPublish(FormAction):
    question = gettext_lazy("Publish this form?")
    consequence = gettext_lazy(
        "From now on new documents use this version. It cannot be changed any more; a change becomes the next version."
    )
    submit_label = gettext_lazy("publish")
    success_message = gettext_lazy("The form is in use.")

    def act(self, obj: FormDefinition, form: Any) -> None:
        services.publish_form(self.actor, obj)


class FormRetire(FormAction):
    question = gettext_lazy("Take this form out of use?")
    consequence = gettext_lazy("New documents do not use it any more. What was filled in stays readable.")
    submit_label = gettext_lazy("retire")
    danger = True

    def act(self, obj: FormDefinition, form: Any) -> None:
        services.retire_form(self.actor, obj)


class FormDiscard(FormAction):
    question = gettext_lazy("Discard this draft?")
    consequence = gettext_lazy("The draft is deleted. A form that was never in use is deleted with it.")
    submit_label = gettext_lazy("discard the draft")
    success_message = gettext_lazy("The draft is discarded.")
    danger = True

    def act(self, obj: FormDefinition, form: Any) -> str | None:
        return None if services.discard_form(self.actor, obj) else reverse("lowcode:forms")


class FormExport(FormScope, DefinitionDownload):
    """The definition as a JSON file, written the same each time."""

    grant = "lowcode.act"

    def get_file(self) -> tuple[str, Any, dict[str, Any]]:
        definition = self.get_object()
        version = version_asked(self.request, definition)
        if version is None:
            raise Http404
        return f"{definition.code}-v{version.number}.json", version, services.export_form(version)
