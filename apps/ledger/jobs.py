"""The ledger's kinds of background job."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.desk.kinds import JobKind, Progress
from apps.ledger import services
from apps.ledger.models import Books
from imbudget.kit.actor import Actor

REST = "ledger.rest"


def run_rest(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Draw up what is left of some books."""
    books = Books.objects.select_related("region").get(pk=params["books"])
    document = services.draw_up_rest(actor, books, params["kind"])
    return {"url": document.get_absolute_url(), "summary": str(document)}


KINDS = {REST: JobKind(gettext_lazy("document of a year's end"), run_rest)}
