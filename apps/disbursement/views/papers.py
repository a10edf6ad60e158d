"""What the pages of contracts and plans share: a form with a table of rows, and the acts on a document."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation
from imbudget.kit.rowlists import Part, PartView, rows_sent, view_of

SPARE = 3


class TableMixin:
    """A form page with one table of rows below its fields."""

    request: HttpRequest
    part: Part
    wrong: Mapping[str, str] = {}

    def stored(self) -> list[dict[str, str]]:
        """The rows before anything was sent."""
        return []

    def year(self) -> int:
        """The year whose codes are offered."""
        return 0

    def sent(self) -> list[dict[str, str]]:
        """The rows that were sent."""
        return rows_sent(self.request.POST.dict(), self.part)

    def refuse(self, errors: Mapping[tuple[int, str], str]) -> None:
        """Raise RuleViolation where cells cannot be read, and mark them."""
        if errors:
            self.wrong = {f"{self.part.name}.{at}.{name}": text for (at, name), text in errors.items()}
            raise RuleViolation(_("Some rows cannot be read: the reasons stand beside them."))

    def view_of_rows(self) -> PartView:
        """The table as fields."""
        rows = self.sent() if self.request.method == "POST" else self.stored()
        return view_of(self.part, rows, self.wrong, {}, self.year(), SPARE)
