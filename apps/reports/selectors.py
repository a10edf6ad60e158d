"""What letters of an approval say: which units have authority from it, and which authority."""

from django.db.models import QuerySet

from apps.ledger.models import Authority, AuthorityDocument, DocumentKind, DocumentState
from apps.regions.models import Unit


def posted_approvals() -> QuerySet[AuthorityDocument]:
    """Approvals (批复) that are in force."""
    posted = AuthorityDocument.objects.filter(kind=DocumentKind.APPROVAL, state=DocumentState.POSTED)
    return posted.select_related("region")


def units_of(document: AuthorityDocument) -> QuerySet[Unit]:
    """The units that the approval gives authority to, by code."""
    given = Authority.objects.filter(document=document).order_by().values("unit")
    return Unit.objects.filter(pk__in=given).select_related("department").order_by("code")


def authorities_of(document: AuthorityDocument, unit: Unit) -> list[Authority]:
    """What the approval gives one unit, by function and economic class."""
    related = ("function", "department_economic", "fund", "balance")
    found = Authority.objects.filter(document=document, unit=unit).select_related(*related)
    return list(found.order_by("kind", "function__code", "department_economic__code", "fund__code", "pk"))
