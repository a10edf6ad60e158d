"""What monitoring and evaluation add to the page of a project's year."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.performance import policies
from apps.performance.models import EvaluationKind, Lowering, ProjectYear, ResultUse, SpotCheck
from apps.performance.models.watching import FILLABLE
from apps.performance.selectors.schedules import schedule_of
from imbudget.kit.views import DetailPage, Tab
from imbudget.kit.views.detail import Act


def _monitoring(page: DetailPage, of: ProjectYear) -> dict[str, Any]:
    return {
        "forms": list(of.forms.order_by("-month", "-pk")),
        "rectifications": list(of.rectifications.order_by("-pk")),
        "schedule": schedule_of(of),
    }


def _evaluation(page: DetailPage, of: ProjectYear) -> dict[str, Any]:
    lowerings = Lowering.objects.filter(line__evaluation__of=of).select_related(
        "line__target", "line__item", "check_of"
    )
    return {
        "evaluations": list(of.evaluations.select_related("scheme").order_by("pk")),
        "checks": list(SpotCheck.objects.filter(evaluation__of=of).order_by("pk")),
        "lowerings": list(lowerings.order_by("pk")),
        "use": ResultUse.objects.filter(of=of).select_related("decided_by").first(),
    }


TABS = (
    Tab("monitoring", gettext_lazy("monitoring and rectification"), "performance/_year_monitoring.html", _monitoring),
    Tab("evaluation", gettext_lazy("evaluation and result"), "performance/_year_evaluation.html", _evaluation),
)


def acts_of(page: DetailPage) -> list[Act]:
    """What the actor may do about monitoring and evaluation of this project's year."""
    of, actor = page.object, page.actor
    acts = []
    if policies.may_file(actor, of):
        acts += _open_forms(of)
    acts += _evaluations(page)
    review = policies.may_review(actor, of)
    acts.append(_act(_("open a rectification"), "rectification_new", of, review))
    acts.append(_act(_("schedule of the year"), "schedule", of, policies.may_schedule(actor, of)))
    return [act for act in acts if act.verdict]


def _open_forms(of: ProjectYear) -> list[Act]:
    rows = of.forms.filter(state__in=FILLABLE).order_by("month")
    label = _("fill in the monitoring form")
    return [_act(f"{label} 1–{row.month}", "form_fill", row, policies.ALLOWED, primary=True) for row in rows]


def _evaluations(page: DetailPage) -> list[Act]:
    of, actor = page.object, page.actor
    known = {row.kind: row for row in of.evaluations.all()}
    acts = []
    for kind in EvaluationKind:
        verdict = policies.may_evaluate(actor, of, kind)
        row = known.get(kind)
        if row is None and verdict:
            url = reverse("performance:evaluation_begin", args=[of.pk, kind.value])
            acts.append(Act(kind.label, url, verdict))
        elif row is not None and verdict and row.is_fillable:
            acts.append(_act(str(kind.label), "evaluation_fill", row, verdict, primary=True))
    return acts


def _act(label: str, name: str, row: Any, verdict: Any, **look: bool) -> Act:
    return Act(label, reverse(f"performance:{name}", args=[row.pk]), verdict, **look)
