"""The page on which the fields of a form are designed, and its preview in both writing directions."""

import json
from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from apps.codes.models import Catalog
from apps.lowcode import formpolicies as policies
from apps.lowcode.conditions import OP_LABELS, OPS
from apps.lowcode.errors import DefinitionError, DefinitionErrors
from apps.lowcode.jsontext import read_json
from apps.lowcode.rendering import AnswerForm
from apps.lowcode.schema.fields import DATA_CLASSES, FACT_KINDS, FORMAT, IN_TABLES, TYPE_LABELS
from apps.lowcode.schema.parse import TAKES, parse_form
from apps.lowcode.selectors import forms as selectors
from apps.lowcode.services import forms as services
from apps.lowcode.services.forms import BadDefinition
from apps.lowcode.views.forms import FormScope
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.views import KitView

NO_DRAFT = 0  # the revision read where there was no draft: should there be one at saving, somebody else began it
EMPTY: dict[str, Any] = {"format": FORMAT, "fields": []}
# What each frame of the preview is: its language, and how the page says which it is.
FRAMES = (("zh-hans", gettext_lazy("Chinese, lines across")), ("mvf", gettext_lazy("Mongolian, standing lines")))
HTML_LANG = {"zh-hans": "zh-Hans-CN", "mvf": "mn-Mong-CN"}


class FormDesign(FormScope, KitView):
    """A list of fields to be dragged, the properties of one of them, and the preview; JSON where no script runs."""

    grant = policies.NEEDS_DESIGN
    title = gettext_lazy("design the fields")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        require(policies.may_design(self.actor, self.object))
        draft = selectors.draft_of(self.object)
        shown = draft or selectors.published_of(self.object)
        body = json.dumps(shown.body if shown else EMPTY, ensure_ascii=False, indent=2)
        return self.show(body, draft.revision if draft else NO_DRAFT)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        require(policies.may_design(self.actor, self.object))
        text = request.POST.get("body", "")
        revision = request.POST.get("revision", "")
        try:
            services.save_form(self.actor, self.object, body=read_json(text), revision=_number(revision))
        except NotAllowed:
            raise
        except BadDefinition as refusal:
            return self.show(text, revision, refusal.errors)
        except RuleViolation as refusal:
            return self.show(text, revision, [DefinitionError("", str(refusal))])
        if "publish" in request.POST:
            return redirect(reverse("lowcode:form_publish", args=[self.object.pk]))
        messages.success(request, _("The draft has been saved."))
        return redirect(reverse("lowcode:form_design", args=[self.object.pk]))

    def show(self, body: str, revision: Any, wrong: Any = ()) -> HttpResponse:
        context = {
            "title": str(self.object),
            "crumbs": self.get_crumbs(),
            "object": self.object,
            "body": body,
            "revision": revision,
            "wrong": wrong,
            "frames": FRAMES,
            "types": [(str(type_), label) for type_, label in TYPE_LABELS.items()],
            "data_classes": list(DATA_CLASSES.items()),
            "catalogs": Catalog.choices,
            "words": json.dumps(designer_words(self.object), ensure_ascii=False),
        }
        return TemplateResponse(self.request, "lowcode/form_design.html", context, status=422 if wrong else 200)


def _number(text: str) -> int:
    """The revision that was read; one that no draft has when it is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def designer_words(definition: Any) -> dict[str, Any]:
    """What the script of the designer needs to know, in the language of the page."""
    locked = {
        field.key: str(version.definition.region)
        for version in selectors.binding_versions(definition)
        for field in selectors.schema_of(version)
        if field.locked
    }
    return {
        "types": {str(type_): str(label) for type_, label in TYPE_LABELS.items()},
        "takes": {name: sorted(map(str, types)) for name, types in TAKES.items()},
        "columns": sorted(map(str, IN_TABLES)),
        "kinds": {str(type_): kind for type_, kind in FACT_KINDS.items()},
        "ops": {str(kind): list(ops) for kind, ops in OPS.items()},
        "op_labels": {op: str(label) for op, label in OP_LABELS.items()},
        "locked": locked,
        "icons": static("img/icons.svg"),
        "texts": {
            "new": _("new field"),
            "up": _("up"),
            "down": _("down"),
            "copy": _("copy"),
            "remove": _("remove"),
            "required": _("must be filled in"),
            "locked": _("locked by %s") % "{}",
            "and": _("all of these"),
            "or": _("one of these"),
            "choice": _("choice"),
            "moved": _("moved to place %s") % "{}",
        },
    }


@method_decorator(xframe_options_sameorigin, "dispatch")
@method_decorator(csp_replace({"frame-ancestors": ["'self'"]}), "dispatch")
class FormPreview(KitView):
    """A definition as people will see it, in one language; nothing is kept."""

    grant = policies.NEEDS_DESIGN
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        language = request.POST.get("language", "")
        language = language if language in HTML_LANG else "zh-hans"
        with translation.override(language):
            form, wrong = _form_of(request.POST.get("body", ""))
            context = {"form": form, "wrong": wrong, "html_lang": HTML_LANG[language]}
            page = render_to_string("lowcode/form_preview.html", context, request=request)
        return HttpResponse(page)


def _form_of(text: str) -> tuple[AnswerForm | None, list[DefinitionError]]:
    try:
        return AnswerForm(parse_form(read_json(text))), []
    except DefinitionErrors as errors:
        return None, list(errors)
    except RuleViolation as refusal:
        return None, [DefinitionError("", str(refusal))]
