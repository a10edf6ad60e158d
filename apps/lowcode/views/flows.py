"""The designer of approval flows: list, reading, drawing, saving, publishing, files."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode import flowdesign, policies
from apps.lowcode.filters import FlowFilter
from apps.lowcode.flow.definition import NODE_TYPES
from apps.lowcode.forms import FlowTextForm
from apps.lowcode.jsontext import read_json
from apps.lowcode.models import FlowDefinition, FlowVersion, VersionState
from apps.lowcode.selectors.nodes import named_nodes
from apps.lowcode.services import flows
from apps.lowcode.services.forms import BadDefinition
from apps.lowcode.tables import FlowTable
from apps.lowcode.views.download import DefinitionDownload
from imbudget.kit.actor import Reach
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.text import printable, strip
from imbudget.kit.views import KitView, ListPage, ScopedMixin
from imbudget.kit.views.base import Crumb

MAX_BODY = 500_000  # bytes of a definition; the largest that can be read has a tenth of it
EMPTY: dict[str, Any] = {"format": 1, "steps": []}


class FlowList(ListPage):
    model = FlowDefinition
    table = FlowTable
    filters = FlowFilter
    grant = "lowcode.design"
    title = gettext_lazy("approval flows")
    empty_text = gettext_lazy("No flow yet. Begin one, or follow the flow of the upper level.")

    def get_actions(self) -> list[tuple[Any, str]]:
        if self.actor.reach == Reach.UNITS:
            return []
        return [(_("new flow"), reverse("lowcode:flow_new")), (_("import a flow"), reverse("lowcode:flow_import"))]


class FlowPage(ScopedMixin, KitView):
    """What the pages of one flow share."""

    model = FlowDefinition
    grant = "lowcode.design"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def get_crumbs(self) -> list[Crumb]:
        return [
            Crumb(_("approval flows"), reverse("lowcode:flows")),
            Crumb(str(self.object), self.object.get_absolute_url()),
        ]

    def ground(self) -> flowdesign.Ground:
        """What the flow stands on; 404 when the app of its documents is gone."""
        found = flowdesign.ground_of(self.object)
        if found is None:
            raise Http404
        return found

    def version(self) -> FlowVersion:
        """The version worked on: the draft, else what is in use; an unsaved empty one where there is none."""
        versions = list(self.object.versions.order_by("-number")[:50])
        for state in (VersionState.DRAFT, VersionState.PUBLISHED):
            found = next((version for version in versions if version.state == state), None)
            if found:
                return found
        return versions[0] if versions else FlowVersion(definition=self.object, number=1, body=EMPTY)


class FlowDesign(FlowPage):
    """The cards, and below them the definition as text: the whole designer where no script runs."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        require(policies.may_design_flow(self.actor, self.object))
        version = self.version()
        text = json.dumps(version.body, ensure_ascii=False, indent=2)
        return self.show(FlowTextForm(initial={"body": text, "revision": version.revision}), version)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        require(policies.may_design_flow(self.actor, self.object))
        form = FlowTextForm(request.POST)
        if form.is_valid():
            try:
                flows.save_flow(
                    self.actor,
                    self.object,
                    body=form.cleaned_data["body"],
                    revision=form.cleaned_data["revision"],
                )
            except NotAllowed:
                raise
            except RuleViolation as refusal:
                form.add_error("body" if isinstance(refusal, BadDefinition) else None, str(refusal))
            else:
                messages.success(request, _("The draft is saved."))
                return redirect(request.path)
        return self.show(form, self.version(), status=422)

    def show(self, form: FlowTextForm, version: FlowVersion, status: int = 200) -> HttpResponse:
        ground = self.ground()
        context = {
            "title": _("design the flow"),
            "crumbs": self.get_crumbs(),
            "object": self.object,
            "version": version,
            "form": form,
            "choices": flowdesign.choices_of(ground.binding),
            "design": flowdesign.script_data(ground, version.body, reverse("lowcode:flow_nodes")),
        }
        return TemplateResponse(self.request, "lowcode/flow_design.html", context, status=status)


class FlowSave(FlowPage):
    """Takes the definition from the designer's script; the answer says what is wrong with it and reads it back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        ground = self.ground()
        try:
            require(policies.may_design_flow(self.actor, self.object))
            body, revision = _posted(request.body)
            version = flows.save_flow(self.actor, self.object, body=body, revision=revision)
        except BadDefinition as wrong:
            found = [{"path": one.path, "message": one.message} for one in wrong.errors]
            return JsonResponse({"message": found[0]["message"], "problems": found}, status=422)
        except RuleViolation as refusal:
            return JsonResponse({"message": str(refusal)}, status=403 if isinstance(refusal, NotAllowed) else 409)
        found, said = flowdesign.judge(ground, body)
        saved = _("saved at %(time)s") % {"time": timezone.localtime().strftime("%H:%M:%S")}
        return JsonResponse({"revision": version.revision, "problems": found, "sentences": said, "saved": saved})


def _posted(raw: bytes) -> tuple[dict[str, Any], int]:
    """The definition and the revision it was made from."""
    wrong = RuleViolation(_("The designer sent what cannot be read. Reload the page."))
    if len(raw) > MAX_BODY:
        raise RuleViolation(_("The definition is too large."))
    try:
        data = read_json(raw)
        body, revision = data["body"], data["revision"]
    except (RuleViolation, TypeError, KeyError) as error:
        raise wrong from error
    if not isinstance(body, dict) or not isinstance(revision, int):
        raise wrong
    return body, revision


class FlowExport(FlowPage, DefinitionDownload):
    """One version as a JSON file, to be kept in a repository or brought to another region."""

    def get_file(self) -> tuple[str, Any, dict[str, Any]]:
        self.object = self.get_object()
        asked = self.request.GET.get("version", "")
        version = self.version()
        if asked.isascii() and asked.isdecimal() and len(asked) < 6 and int(asked) != version.number:
            version = self.object.versions.filter(number=int(asked)).first() or version
        version.definition = self.object
        return f"{self.object.subject}.v{version.number}.json", version, flows.export_flow(version)


class NodeChoices(KitView):
    """Codes of places for a step with a named post, as one types."""

    grant = "lowcode.design"

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = request.GET.get("type", "")
        text = strip(printable(request.GET.get("q", "")))[:60]
        rows = named_nodes(self.actor, kind if kind in NODE_TYPES.values() else "region", text)
        return JsonResponse({"rows": [{"code": code, "name": name} for code, name in rows]})
