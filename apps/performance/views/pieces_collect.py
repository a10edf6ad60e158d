"""What collection adds to the page of a project's year: progress by month, surveys, and asking the sources now."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.performance import policies
from apps.performance.models import ProjectYear
from apps.performance.selectors.progress import missing_months, reports_of
from apps.performance.selectors.surveys import surveys_of
from imbudget.kit.views import DetailPage, Tab
from imbudget.kit.views.detail import Act


def _progress(page: DetailPage, of: ProjectYear) -> dict[str, Any]:
    may = bool(policies.may_report(page.actor, of))
    return {"reports": reports_of(of), "missing": missing_months(of), "may_report": may}


def _surveys(page: DetailPage, of: ProjectYear) -> dict[str, Any]:
    return {"surveys": surveys_of(of)}


TABS = (
    Tab("progress", gettext_lazy("progress reports"), "performance/_progress.html", _progress),
    Tab("surveys", gettext_lazy("satisfaction surveys"), "performance/_surveys.html", _surveys),
)


def acts_of(page: DetailPage) -> list[Act]:
    """Reporting progress and collecting, for whoever may."""
    of, actor = page.object, page.actor
    acts = [
        Act(_("report progress"), reverse("performance:progress_new", args=[of.pk]), policies.may_report(actor, of)),
        Act(_("collect now"), reverse("performance:year_collect", args=[of.pk]), policies.may_collect(actor, of)),
    ]
    return [one for one in acts if one.verdict]
