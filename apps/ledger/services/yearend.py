"""What is left at the year's end, drawn up as one draft: carried over into next year, or written off."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.codes.models import Code
from apps.evidence import services as evidence
from apps.ledger import policies
from apps.ledger.models import AuthorityDocument, Books, DocumentKind
from apps.ledger.services.documents import draw_up, total_of
from apps.ledger.services.lines import CODES, COPIED, refuse_lost
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

LEFT = """
FROM ledger_authority a JOIN ledger_balance b ON b.authority_id = a.id
WHERE a.region_id = %(region)s AND a.year_id = %(year)s AND b.available > 0 AND a.state <> 'sent'
"""
# Each code that is left something with its namesake of next year.
NAMESAKES = f"""
SELECT used.id, new.id AS namesake
FROM (SELECT DISTINCT c.id FROM (SELECT a.* {LEFT}) a
      CROSS JOIN LATERAL (VALUES {", ".join(f"(a.{name})" for name in CODES)}) AS c (id) WHERE c.id IS NOT NULL) used
JOIN codes_code old ON old.id = used.id
LEFT JOIN codes_code new ON new.catalog = old.catalog AND new.code = old.code AND new.year_id = old.year_id + 1 AND new.is_leaf
"""  # noqa: S608 - constants
# What the origin carries, but for what follows from the document or changes with the year.
SAME = [name for name in COPIED if name not in {*CODES, "authority_type", "upper_document_number"}]
WRITE = f"""
WITH namesakes AS ({NAMESAKES})
INSERT INTO ledger_documentline (
    document_id, number, uid, year_id, region_id, document_number, source, authority_type, upper_document_number, origin_id,
    target_state, amount, summary, {", ".join([*CODES, *SAME])}
)
SELECT %(document)s, row_number() OVER (ORDER BY a.id), gen_random_uuid(), %(goal)s, %(region)s, '', '1',
       CASE WHEN %(forward)s THEN '31' ELSE a.authority_type END, a.upper_document_number, a.id,
       CASE WHEN %(forward)s THEN a.state ELSE '' END, a.available, '',
       {", ".join(f"CASE WHEN %(forward)s THEN {name}.namesake ELSE a.{name} END" for name in CODES)},
       {", ".join(f"a.{name}" for name in SAME)}
FROM (SELECT a.*, b.available {LEFT}) a
{" ".join(f"LEFT JOIN namesakes {name} ON {name}.id = a.{name}" for name in CODES)}
"""  # noqa: S608 - constants


@act
def draw_up_rest(actor: Actor, books: Books, kind: str) -> AuthorityDocument:
    """A draft of this kind (carry-over or write-off) with a line for each authority that has something left.

    Raises RuleViolation when nothing is left, or a code has no namesake in the classification of next year.
    """
    require(policies.may_draw_up(actor, books.region, kind))
    require(policies.may_close_books(actor, books))
    label = DocumentKind(kind).label
    title = _("%(region)s %(year)s: %(kind)s") % {"region": books.region, "year": books.year_id, "kind": label}
    document = draw_up(actor, books.region, books.year_id, kind, {"title": title[:200]})
    _write(document)
    count, document.total = document.lines.count(), total_of(document)
    if not count:
        raise RuleViolation(_("Nothing is left in these books."))
    document.save(update_fields=["total"])
    evidence.append("ledger.document_saved", document, actor, lines=count, total=document.total)
    return document


def _write(document: AuthorityDocument) -> None:
    forward = document.kind == DocumentKind.CARRY_OVER
    values: dict[str, Any] = {
        "document": document.pk,
        "region": document.region_id,
        "year": document.year_id,
        "goal": document.year_id + forward,
        "forward": forward,
    }
    with connection.cursor() as cursor:
        if forward:
            cursor.execute(f"{NAMESAKES} WHERE new.id IS NULL ORDER BY 1 LIMIT 1", values)
            lost = cursor.fetchone()
            if lost is not None:
                refuse_lost(Code.objects.get(pk=lost[0]), document.year_id + 1)
        cursor.execute(WRITE, values)
