"""What the kit's lists ask before a list with personal data leaves as a file."""

from typing import Any

from django.conf import settings

from apps.persons import policies
from apps.persons.forms import ExportForm
from apps.persons.services import release_file
from imbudget.kit.actor import Actor
from imbudget.kit.errors import Verdict


class PersonalExports:
    """Lent to the kit by `registry.personal_exports`."""

    form = ExportForm

    def may(self, actor: Actor) -> Verdict:
        """Whether the post takes personal data away at all."""
        return policies.may_export(actor)

    @property
    def most(self) -> int:
        """Rows of a file at most."""
        return int(settings.PERSONS_FILE_ROWS)

    def release(self, actor: Actor, *, what: str, kind: str, rows: int, query: str, given: dict[str, Any]) -> str:
        """Write the file down and give the line that marks it. Raises RuleViolation where it may not be made."""
        return release_file(actor, what=what, kind=kind, rows=rows, query=query, given=given)
