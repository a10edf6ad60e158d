"""The twelve tables as they are published (部门预算公开表), each total added up from the rows of its own table."""

from dataclasses import replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.budget.models import BudgetRound
from apps.reports.document import Document, Table
from apps.reports.published.balances import appropriations, balance, income
from apps.reports.published.byclass import by_function, expenditure, general_basic, three_public
from apps.reports.published.figures import CAPITAL, FUNDS, GENERAL, Figures
from apps.reports.published.ofprojects import goals, procurement, projects


def twelve_tables(made: Figures) -> list[Table]:
    """All of them in their order, whether anything stands in them or not."""
    return [
        balance(made),
        income(made),
        expenditure(made),
        appropriations(made),
        by_function(made, _("general public budget expenditure"), (GENERAL,)),
        general_basic(made),
        three_public(made),
        by_function(made, _("government funds expenditure"), (FUNDS,)),
        by_function(made, _("state capital operations expenditure"), (CAPITAL,)),
        projects(made),
        goals(made),
        procurement(made),
    ]


def published_document(made: Figures) -> Document:
    """All tables as one document, each on a page of its own; before approval it says that it is a draft."""
    numbered = [
        replace(table, title=f"{number:02} {table.title}", apart=number > 1)
        for number, table in enumerate(twelve_tables(made), 1)
    ]
    return Document(
        title=_("Published budget tables of %(name)s for %(year)s") % {"name": made.scope.node, "year": made.year},
        subtitle=basis_of(made),
        unit_note=_("in yuan"),
        sections=numbered,
        number=made.document.number if made.document else "",
        language=get_language() or "zh-hans",
    )


def basis_of(made: Figures) -> str:
    """What the figures rest on."""
    if made.document:
        return _("approved by %(document)s") % {"document": made.document}
    return _("draft, not approved: %(round)s") % {"round": BudgetRound(made.round).label}
