"""Words of the entry page that its script shows; here so that they are translated like all others."""

from django.utils.translation import gettext_lazy as _

# Columns of the grid in their order: what is written, and what follows from it.
COLUMNS = (
    ("function", _("function")),
    ("department_economic", _("department economic class")),
    ("government", _("government economic class")),
    ("fund", _("fund type")),
    ("kind", _("kind of expenditure")),
    ("project_code", _("project code")),
    ("project_name", _("project name")),
    ("amount", _("amount")),
    ("prior_approved", _("approved last year")),
    ("difference", _("difference from last year")),
    ("prior_executed", _("executed last year")),
    ("note", _("note")),
)

TEXTS = {
    "saved": _("All changes are saved."),
    "saving": _("Saving…"),
    "changed": _("Changes are saved by themselves in a moment."),
    "offline": _("Not saved: there is no connection. Your entries are kept in this browser and sent again."),
    "signed_out": _(
        "Not saved: you have been signed out. Sign in again in another window; your entries are kept here."
    ),
    "refused": _("Not saved:"),
    "failed": _(
        "Not saved: the server could not take the changes. Your entries are kept in this browser and sent again."
    ),
    "some_bad": _("%(count)s lines are not saved yet: see their marked cells."),
    "one_bad": _("One line is not saved yet: see its marked cells."),
    "restored": _("%(count)s lines that had not been saved were brought back from this browser."),
    "merged": _("The sheet was saved elsewhere meanwhile. Lines taken over from there: %(count)s."),
    "pasted": _("%(count)s rows were pasted."),
    "pasted_named": _(
        "%(count)s rows were pasted by the heads of their columns; columns without a known head were left out."
    ),
    "cut_off": _("What was pasted to the right of the last column was left out."),
    "copied": _("%(count)s cells were copied."),
    "line": _("line %(number)s"),
    "not_saved_yet": _("not saved yet"),
    "read_only": _("follows from the other cells"),
    "no_code": _("This code is not in the classification of the year."),
    "empty": _("empty"),
    "deleted": _("deleted"),
    "mine": _("keep mine"),
    "theirs": _("take theirs"),
    "mine_side": _("mine"),
    "theirs_side": _("theirs"),
    "save_choices": _("save with these choices"),
    "lines": _("lines"),
    "changed_by": _("changed by %(who)s, %(when)s"),
    "deleted_by": _("deleted by %(who)s, %(when)s"),
    "declared_total": _("declared total"),
    "suggestions": _("%(count)s suggestions"),
}
