"""Payments of a project with an open rectification that holds them back are stopped; lent to the kit's watchers."""

from typing import Any

from django.utils.translation import gettext as _

from apps.performance.models import Rectification
from imbudget.kit.actor import Actor
from imbudget.kit.registry import Watched

CLAUSE = "《项目支出绩效评价管理办法》（财预〔2020〕10号）"


def watch_payment(actor: Actor, request: Any) -> Watched:
    """Stop a payment request while a rectification of its project holds payments back. One query; none without a project.

    The sentence names the rectification, the clause and what to do.
    """
    code = request.authority.project_code
    if not code:
        return Watched()
    rows = Rectification.objects.open().filter(holds=True, of__project__code=code).select_related("of__project")
    return Watched(stops=tuple(_sentence(row) for row in rows.order_by("pk")[:5]))


def _sentence(row: Rectification) -> str:
    words = {"rectification": str(row), "problem": row.problem[:200], "due": row.due.isoformat(), "clause": CLAUSE}
    return (
        _(
            "Rectification %(rectification)s holds payments of this project back: %(problem)s Report what was mended "
            "by %(due)s; payments go on when the finance office has settled it. Basis: %(clause)s"
        )
        % words
    )
