"""What the pickers of disbursement offer: authority with what is left of it, payees of the register."""

from typing import Any

from django.db.models import Q, QuerySet

from apps.disbursement.models import Payee
from apps.disbursement.names import name_key
from apps.disbursement.selectors.choices import authorities_for
from apps.ledger.models import Authority
from apps.regions.pickers import SHOWN
from imbudget.kit.money import format_yuan
from imbudget.kit.pickers import Source
from imbudget.kit.text import search_key, strip

authority_picker = Source("disbursement:authority_choices", authorities_for)
payee_picker = Source("disbursement:payee_choices", lambda actor: Payee.objects.visible_to(actor).filter(is_open=True))


def authority_choices(rows: QuerySet[Authority], text: str) -> list[dict[str, Any]]:
    """Authority by number, code or name of its classes, project, document or summary; what is left stands beside it."""
    for word in strip(text).split(" "):
        if word:
            rows = rows.filter(_holds(word))
    return [
        {
            "id": row.pk,
            "code": f"№ {row.pk}",
            "name": authority_name(row),
            "note": format_yuan(row.balance.available),
            "below": False,
        }
        for row in rows.select_related("fund")[: SHOWN + 1]
    ]


def _holds(word: str) -> Q:
    key = search_key(word)
    found = Q(summary__icontains=word) | Q(document_number__icontains=word) | Q(project_code__startswith=word)
    for name in ("function", "department_economic", "fund"):
        found |= Q(**{f"{name}__search_key__contains": key}) | Q(**{f"{name}__code__startswith": word})
    number = word.removeprefix("№")
    return found | Q(pk=int(number)) if number.isascii() and number.isdecimal() and len(number) < 10 else found


def authority_name(authority: Authority) -> str:
    """Its classes and summary, as people tell authorities apart."""
    parts = (authority.function, authority.department_economic, authority.summary or authority.document_number)
    return " · ".join(str(part) for part in parts if part)


def payee_choices(rows: QuerySet[Payee], text: str) -> list[dict[str, Any]]:
    """Payees by any part of the name, however its dot is written; accounts are masked."""
    if text:
        rows = rows.filter(key__contains=name_key(text))
    return [
        {"id": row.pk, "code": row.masked_account, "name": row.name, "note": row.bank_name, "below": False}
        for row in rows.order_by("key", "pk")[: SHOWN + 1]
    ]
