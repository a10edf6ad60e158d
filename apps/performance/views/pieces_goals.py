"""The tab of a project's year that shows the evaluation before the act and what was commented on its goals."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.performance.models import ProjectYear
from apps.performance.selectors.comments import comments_of
from apps.performance.selectors.prior import is_prior_due, prior_of
from imbudget.kit.views import DetailPage, Tab


def _prior(page: DetailPage, of: ProjectYear) -> dict[str, Any]:
    rows = [{"row": row} for row in comments_of(of.project)]
    aside = {"project": of.project, "comments": rows, "may_comment": False}
    return {"aside": aside | {"prior": prior_of(of.project), "prior_due": is_prior_due(of.project)}}


TABS = (Tab("prior", gettext_lazy("examination of the goals"), "performance/_examined.html", _prior),)
