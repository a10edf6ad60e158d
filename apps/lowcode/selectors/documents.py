"""The document behind a case, and its facts read back."""

from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode import bindings
from apps.lowcode.bindings import Owed
from apps.lowcode.conditions import Kind, coerce, shown_value
from apps.lowcode.models import Case
from imbudget.kit.actor import Actor


def document_of(actor: Actor, case: Case) -> Any:
    """The document, or None where the actor's post does not see it (or its app is gone)."""
    binding = bindings.get(case.subject)
    if binding is None:
        return None
    return binding.documents.objects.visible_to(actor).filter(pk=case.document_id).first()


def owed_of(actor: Actor, case: Case, document: Any) -> Owed | None:
    """What the actor must do with the document before they sign it; None where nothing is in the way."""
    binding = bindings.get(case.subject)
    return binding.owed_by(actor, document) if binding is not None and document is not None else None


def is_long(case: Case) -> bool:
    """Whether a signature may take longer than a page may."""
    binding = bindings.get(case.subject)
    return binding is not None and binding.is_long is not None and binding.is_long(case.document_id)


def facts_of(case: Case) -> list[tuple[str, str]]:
    """What is known of the document, as of its last submission: labels and texts; what is empty is left out."""
    binding = bindings.get(case.subject)
    if binding is None:
        return []
    shown = []
    for fact in binding.facts_for(case.region):
        kind = Kind(fact.kind)
        value = coerce(kind, case.values.get(fact.key))
        text = shown_value(kind, value, fact)
        if text and kind == Kind.MONEY:
            text = _("%(amount)s yuan") % {"amount": f"{value:,.2f}"}
        if text:
            shown.append((str(fact.label), text))
    return shown
