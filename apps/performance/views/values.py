"""The page of a target with all its values and where each came from; entering one by hand; asking the sources now."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.performance import days, policies, services
from apps.performance.forms.values import ValueForm
from apps.performance.models import ProjectYear, Target
from apps.performance.plausible import Doubtful
from apps.performance.selectors.provenance import targets_visible, traced
from apps.performance.views.years import year_crumbs
from imbudget.kit.errors import Verdict
from imbudget.kit.formats import format_quantity
from imbudget.kit.views import ActionPage, DetailPage, FormPage, Tab
from imbudget.kit.views.base import Crumb, ScopedMixin
from imbudget.kit.views.detail import Act

RELATED = ("of__project", "of__unit", "of__region", "latest")


class TargetScope(ScopedMixin):
    """Pages about one target of a year in sight."""

    model = Target

    def get_queryset(self) -> Any:
        return targets_visible(self.request.actor, ProjectYear.objects.all()).select_related(*RELATED)


def target_crumbs(target: Target) -> list[Crumb]:
    return [*year_crumbs(target.of), Crumb(str(target), reverse("performance:target", args=[target.pk]))]


def _values(page: DetailPage, target: Target) -> dict[str, Any]:
    return {"traced": traced(page.actor, target)}


class TargetDetail(TargetScope, DetailPage):
    """A target and every value that was ever recorded of it."""

    grant = "performance.see"
    tabs = (Tab("values", gettext_lazy("values reached"), "performance/_values.html", _values),)

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs(self.object.of)

    def get_facts(self) -> list[tuple[Any, Any]]:
        target = self.object
        return [
            (_("kind of indicator"), target.get_kind_display()),
            (_("target value"), target.said),
            (_("value that counts"), target.latest.said if target.latest else "–"),
            (_("source of the value"), target.get_source_display()),
            (Target._meta.get_field("weight").verbose_name, format_quantity(target.weight)),
            (_("scoring rule"), target.scoring or "–"),
        ]

    def get_acts(self) -> list[Act]:
        target, actor = self.object, self.actor
        acts = [
            Act(
                _("enter a value"),
                reverse("performance:value_new", args=[target.pk]),
                policies.may_report(actor, target.of),
                primary=True,
            )
        ]
        if target.kind == "satisfaction":
            href = reverse("performance:survey_new", args=[target.pk])
            acts.append(Act(_("open a survey"), href, policies.may_report(actor, target.of)))
        return [one for one in acts if one.verdict]


class ValueNew(TargetScope, FormPage):
    form_class = ValueForm
    grant = "performance.file"
    title = gettext_lazy("enter a value")
    submit_label = pgettext_lazy("value", "record")
    success_message = gettext_lazy("Recorded. A value is never changed: a later one takes its place.")
    multipart = True

    @cached_property
    def object(self) -> Target:
        return self.get_object()

    def allowed(self) -> Verdict:
        return policies.may_report(self.actor, self.object.of)

    def get_form_kwargs(self) -> dict[str, Any]:
        of = self.object.of
        return {"of": of, "target": self.object, "initial": {"as_of": days.day_within(of.year_id)}}

    def get_crumbs(self) -> list[Crumb]:
        return target_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("performance:target", args=[self.object.pk])

    @property
    def help_text(self) -> str:  # type: ignore[override]
        return f"{self.object.content} {self.object.said}"

    def save(self, form: ValueForm) -> str:
        try:
            services.record_value(self.actor, self.object, form.reached, form.uploads, form.is_confirmed)
        except Doubtful:
            form.ask()
            raise
        return self.get_cancel_url()


class YearCollect(ActionPage):
    """Ask all sources now, instead of at night."""

    model = ProjectYear
    title = gettext_lazy("collect now")
    question = gettext_lazy("Ask all sources for what this project reached?")
    consequence = gettext_lazy(
        "Payments, progress reports, rosters, approvals and surveys are read. Values entered by hand stay as they are."
    )
    submit_label = gettext_lazy("collect now")
    count = 0

    def allowed(self, obj: ProjectYear) -> Verdict:
        return policies.may_collect(self.actor, obj)

    def act(self, obj: ProjectYear, form: Any) -> None:
        self.count = services.collect_now(self.actor, obj)

    def say_done(self, obj: ProjectYear) -> None:
        if not self.count:
            messages.success(self.request, _("The sources say nothing new."))
            return
        text = ngettext("The sources gave %(count)s new value.", "The sources gave %(count)s new values.", self.count)
        messages.success(self.request, text % {"count": self.count})

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs(self.object)
