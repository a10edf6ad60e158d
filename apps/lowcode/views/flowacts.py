"""What is done with a whole flow: begun, read, published, retired, brought in from a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.lowcode import flowdesign, policies, subjects
from apps.lowcode.errors import DefinitionErrors
from apps.lowcode.flow.sentences import ROLE_LABELS
from apps.lowcode.forms import FlowFileForm, FlowNewForm
from apps.lowcode.models import FlowDefinition, FlowVersion
from apps.lowcode.selectors.clashes import Clash
from apps.lowcode.selectors.flows import draft_of, upper_flow
from apps.lowcode.selectors.gaps import Gap
from apps.lowcode.services import flows
from apps.lowcode.words import Words
from apps.regions.models import Region
from imbudget.kit.errors import Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

MOST_GAPS = 20  # missing posts that are named; a region with a thousand units would fill the page


def _outline(page: "FlowDetail", flow: FlowDefinition) -> dict[str, Any]:
    """The steps of the version asked for, else of the one in use, else of the draft."""
    versions = list(flow.versions.select_related("author")[:50])
    asked = page.request.GET.get("version", "")
    shown = next((each for each in versions if str(each.number) == asked), None) or next(
        (each for each in versions if each.state == "published"), versions[0] if versions else None
    )
    return {"shown": shown, "versions": versions} | _read(flow, shown)


def _read(flow: FlowDefinition, version: FlowVersion | None) -> dict[str, Any]:
    ground = flowdesign.ground_of(flow)
    if version is None or ground is None:
        return {"outline": [], "problems": []}
    try:
        return {"outline": flowdesign.outline(flowdesign.read(ground, version.body)), "problems": []}
    except DefinitionErrors as wrong:
        return {"outline": [], "problems": [str(one) for one in wrong]}


class FlowDetail(DetailPage):
    model = FlowDefinition
    grant = "lowcode.design"
    tabs = (Tab("steps", gettext_lazy("steps"), "lowcode/_flow_steps.html", _outline), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("approval flows"), reverse("lowcode:flows"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        flow = self.object
        return [
            (_("type of document"), subjects.label_of(flow.subject)),
            (_("region"), flow.region),
            (_("code"), flow.code),
            (_("updated at"), flow.updated_at),
        ]

    def get_acts(self) -> list[Act]:
        flow, verdict = self.object, policies.may_design_flow(self.actor, self.object)
        drafted = verdict if draft_of(flow) else refused("")
        acts = [
            Act(_("design"), reverse("lowcode:flow_design", args=[flow.pk]), verdict, primary=True),
            Act(_("publish"), reverse("lowcode:flow_publish", args=[flow.pk]), verdict),
            Act(_("discard the draft"), reverse("lowcode:flow_discard", args=[flow.pk]), drafted, danger=True),
            Act(_("retire"), reverse("lowcode:flow_retire", args=[flow.pk]), verdict, danger=True),
        ]
        return acts if verdict else acts[:1]


class FlowNew(FormPage):
    """Begin the flow of one's own region for a type of document."""

    grant = "lowcode.design"
    form_class = FlowNewForm
    title = gettext_lazy("new flow")
    submit_label = gettext_lazy("begin the flow")
    help_text = gettext_lazy("A region without a flow of its own follows the one of the level above.")
    region: Region

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.actor.region_id).select_related("parent").first()

    def allowed(self) -> Verdict:
        if self.region is None:
            return refused(_("Only the budget officer of a region makes its approval flows."))
        return policies.may_design_flows_in(self.actor, self.region)

    def get_form_kwargs(self) -> dict[str, Any]:
        taken = set(FlowDefinition.objects.filter(region=self.region).values_list("subject", flat=True))
        return {"subjects": [choice for choice in subjects.choices() if choice[0] not in taken]}

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("approval flows"), reverse("lowcode:flows"))]

    def get_cancel_url(self) -> str:
        return reverse("lowcode:flows")

    def save(self, form: Any) -> str:
        values = form.cleaned_data
        upper = upper_flow(values["subject"], self.region) if values["copied"] else None
        flow = flows.create_flow(
            self.actor,
            region=self.region,
            subject=values["subject"],
            name=Words(values["name"], values["name_mvf"]),
            body=upper.body if upper else None,
        )
        return reverse("lowcode:flow_design", args=[flow.pk])


class FlowAction(ActionPage):
    model = FlowDefinition
    grant = "lowcode.design"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def get_crumbs(self) -> list[Crumb]:
        flow = self.object
        return [Crumb(_("approval flows"), reverse("lowcode:flows")), Crumb(str(flow), flow.get_absolute_url())]

    def allowed(self, obj: FlowDefinition) -> Verdict:
        return policies.may_design_flow(self.actor, obj)


class FlowPublish(FlowAction):
    """Says before the button is pressed what forbids publishing, and where nobody could act today."""

    template_name = "lowcode/flow_publish.html"
    title = gettext_lazy("publish")
    question = gettext_lazy("Put this flow into use?")
    consequence = gettext_lazy(
        "Documents submitted from now on take this version. Those under way keep the version they began with."
    )
    submit_label = gettext_lazy("publish")
    success_message = gettext_lazy("Published.")

    def show(self, obj: FlowDefinition, form: Any, status: int = 200) -> HttpResponse:
        response = super().show(obj, form, status)
        response.context_data |= _fitness(obj)
        return response

    def act(self, obj: FlowDefinition, form: Any) -> None:
        gaps, clashes = flows.publish_flow(self.actor, obj)
        for text in [*map(gap_words, gaps[:MOST_GAPS]), *map(clash_words, clashes[:MOST_GAPS])]:
            messages.warning(self.request, text)


def _fitness(definition: FlowDefinition) -> dict[str, Any]:
    """The draft, what is wrong with it, the posts that are missing, and those of two steps in the same hands."""
    draft, ground = draft_of(definition), flowdesign.ground_of(definition)
    if draft is None or ground is None:
        return {"draft": draft, "problems": [], "gaps": [], "more_gaps": 0, "clashes": [], "more_clashes": 0}
    found, _said = flowdesign.judge(ground, draft.body)
    flow = None if found else flowdesign.read(ground, draft.body)
    gaps, clashes = flows.warnings_of(definition, flow) if flow else ([], [])
    return {
        "draft": draft,
        "problems": found,
        "gaps": [gap_words(gap) for gap in gaps[:MOST_GAPS]],
        "more_gaps": max(0, len(gaps) - MOST_GAPS),
        "clashes": [clash_words(clash) for clash in clashes[:MOST_GAPS]],
        "more_clashes": max(0, len(clashes) - MOST_GAPS),
    }


def gap_words(gap: Gap) -> str:
    """步骤“…”: 新城区 无人担任 …."""
    words = {
        "step": gap.name,
        "role": _role(gap.role),
        "region": gap.region or "—",
        "place": gap.place or "—",
        "more": gap.count - 1,
    }
    if gap.count > 1:
        return _("Step “%(step)s”: nobody is %(role)s at %(place)s and %(more)s others in %(region)s.") % words
    if gap.place and str(gap.region) != gap.place:
        return _("Step “%(step)s”: nobody is %(role)s at %(place)s in %(region)s.") % words
    return _("Step “%(step)s”: nobody is %(role)s in %(region)s.") % words


def clash_words(clash: Clash) -> str:
    """张三: 独自担任 …(步骤“…”)与 …(步骤“…”)."""
    region = str(clash.region)
    words = {
        "people": pgettext("between the values of a list", ", ").join(clash.people),
        "first": clash.first,
        "first_role": _role(clash.first_role),
        "second": clash.second,
        "second_role": _role(clash.second_role),
        "place": region if clash.place == region else f"{region} · {clash.place}",
        "more": clash.count - 1,
    }
    if clash.count > 1:
        text = _(
            "%(people)s: alone %(first_role)s (step “%(first)s”) and %(second_role)s (step “%(second)s”)"
            " at %(place)s and %(more)s other places."
        )
    else:
        text = _(
            "%(people)s: alone %(first_role)s (step “%(first)s”) and %(second_role)s (step “%(second)s”) at %(place)s."
        )
    return text % words


def _role(code: str) -> str:
    return str(ROLE_LABELS.get(code, code))


class FlowRetire(FlowAction):
    title = gettext_lazy("retire")
    question = gettext_lazy("Take this flow out of use?")
    consequence = gettext_lazy("New documents follow the flow of the level above; those under way keep theirs.")
    submit_label = gettext_lazy("retire")
    success_message = gettext_lazy("The flow is out of use.")
    danger = True

    def act(self, obj: FlowDefinition, form: Any) -> None:
        flows.retire_flow(self.actor, obj)


class FlowDiscard(FlowAction):
    title = gettext_lazy("discard the draft")
    question = gettext_lazy("Discard this draft?")
    consequence = gettext_lazy("The draft is deleted. A flow that was never in use is deleted with it.")
    submit_label = gettext_lazy("discard the draft")
    success_message = gettext_lazy("The draft is discarded.")
    danger = True

    def act(self, obj: FlowDefinition, form: Any) -> str | None:
        return None if flows.discard_flow(self.actor, obj) else reverse("lowcode:flows")


class FlowImport(FormPage):
    """The flow of a file as the draft of one's region; a wrong file is told place by place and changes nothing."""

    grant = "lowcode.design"
    form_class = FlowFileForm
    multipart = True
    title = gettext_lazy("import a flow")
    submit_label = gettext_lazy("import")
    success_message = gettext_lazy("Imported as a draft. Look at it, then publish it.")
    help_text = gettext_lazy("A JSON file as the designer exports it. What is in use stays in use until you publish.")

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.actor.region_id).select_related("parent").first()

    def allowed(self) -> Verdict:
        if self.region is None:
            return refused(_("Only the budget officer of a region makes its approval flows."))
        return policies.may_design_flows_in(self.actor, self.region)

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("approval flows"), reverse("lowcode:flows"))]

    def get_cancel_url(self) -> str:
        return reverse("lowcode:flows")

    def save(self, form: Any) -> str:
        version = flows.import_flow(self.actor, region=self.region, data=form.cleaned_data["file"])
        return reverse("lowcode:flow_design", args=[version.definition_id])
