"""What the approval engine is told of documents that move authority."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.evidence.models import Entry
from apps.ledger import policies
from apps.ledger.models import AuthorityDocument, DocumentKind
from apps.ledger.selectors.longness import is_long
from apps.ledger.selectors.signing import to_sign
from apps.ledger.services import documents
from apps.lowcode.bindings import Binding, Owed
from apps.lowcode.conditions import Fact, Kind
from imbudget.kit.actor import Actor
from imbudget.kit.signatures import Asks

FACTS = (
    Fact("kind", _("kind of document"), Kind.CHOICE, tuple((str(kind.value), kind.label) for kind in DocumentKind)),
    Fact("amount", _("total amount"), Kind.MONEY),
    Fact("by_unit", _("asked for by a unit"), Kind.BOOLEAN),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(document: AuthorityDocument) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "amount": documents.total_of(document),
        "by_unit": document.unit_id is not None,
        "region_level": document.region.level,
    }


def _makers(document: AuthorityDocument) -> list[int]:
    """Who began it and whoever changed it: they sign nowhere."""
    entries = Entry.objects.filter(
        subject_type=document._meta.label, subject_id=str(document.pk), event="ledger.document_saved"
    )
    users = {int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk}
    return sorted(users | ({document.author_id} if document.author_id else set()))


def _owes(actor: Actor, document: AuthorityDocument) -> Owed | None:
    """The finance office numbers what a unit asks for before it signs: later on nobody who signs could."""
    if document.number and document.dated:
        return None
    if not policies.may_number(actor, document):
        return None
    reason = gettext("It has no number and date yet: give them under “number the document” on its page, then sign.")
    return Owed(reason, _("number the document"), reverse("ledger:document_number", args=[document.pk]))


def document_binding() -> Binding:
    """Every kind of document goes through one type of flow; conditions tell the kinds apart."""
    return Binding(
        subject=documents.SUBJECT,
        label=_("authority document"),
        model="ledger.AuthorityDocument",
        facts=FACTS,
        read=_read,
        makers=_makers,
        asks_again=Asks.AT_FIRST,
        owes=_owes,
        is_long=is_long,
        part=("ledger/_to_sign.html", to_sign),
        approved=documents.approve_document,
        returned=documents.return_document,
        rejected=documents.refuse_document,
        withdrawn=documents.withdrawn_document,
        fields=lambda: (
            {
                field.name: field.verbose_name
                for field in AuthorityDocument._meta.local_fields
                if field.name in documents.HEAD
            }
            | {"lines": _("lines")}
        ),
    )
