"""Files of lists with personal data: right, reason, limit of rows, mark and record."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.selectors import is_cleared
from apps.audit.services import record
from apps.persons import policies
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.classification import Level
from imbudget.kit.errors import RuleViolation, require


@act
def release_file(actor: Actor, *, what: str, kind: str, rows: int, query: str, given: Mapping[str, Any]) -> str:
    """The mark of a file with personal data: who took it, from where and when.

    `given` says why: `cause`, `reason`, and `clear` where it has whole numbers; such a file is a workbook that its password opens.
    """
    clear = bool(given.get("clear"))
    require(policies.may_export(actor))
    if clear and not actor.can("persons.unmask"):
        raise RuleViolation(_("Your post does not include seeing personal data in clear."))
    if clear and not is_cleared(actor.role, [Level.SENSITIVE]):
        raise RuleViolation(_("Whole numbers are labelled above what your post is cleared for."))
    if clear and kind != "xlsx":
        raise RuleViolation(_("Whole numbers leave the system in a workbook with a password only: choose XLSX."))
    if rows > settings.PERSONS_FILE_ROWS:
        text = _(
            "A file with personal data has %(most)s rows at most; this list has %(rows)s. Narrow it by its filters."
        )
        raise RuleViolation(text % {"most": settings.PERSONS_FILE_ROWS, "rows": rows})
    facts = {"what": what, "file": kind, "rows": rows, "query": query, "cause": given["cause"], "clear": clear}
    made = record("persons.exported", actor, reason=given["reason"], **facts)
    return mark_of(actor, made.pk)


def mark_of(actor: Actor, number: int) -> str:
    """The line that a file with personal data carries: user, post, time, number of its record."""
    text = _(
        "Contains personal information. Taken by %(person)s (%(post)s) on %(time)s, record %(number)s. Pass it on to nobody."
    )
    time = timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    return text % {"person": actor.name, "post": actor.post_label, "time": time, "number": number}
