"""What somebody sends to a form who means it, and a refusal as far as tests of many addresses look at it."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import fields as kinds
from django.forms import models as rowkinds
from django.http import HttpResponse

from imbudget.kit.forms import AmountField
from imbudget.tests.standing import view_of


def first_row(field: Any) -> Any:
    """The key of a row that may be chosen, where the class of the form knows any."""
    row = field.queryset.first() if field.queryset is not None else None
    return getattr(row, "pk", "")


def first_choice(field: Any) -> Any:
    """The first choice that is one."""
    return next((key for key, _label in field.choices if key not in ("", None) and isinstance(key, str | int)), "")


# What somebody writes into a field of a kind who means it; the nearer kinds first.
SAMPLES: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (rowkinds.ModelChoiceField, first_row),
    (kinds.ChoiceField, first_choice),
    (kinds.FileField, lambda field: SimpleUploadedFile("附件.pdf", b"%PDF-1.4\n%%EOF\n")),
    (kinds.DateField, lambda field: "2027-03-01"),
    (kinds.BooleanField, lambda field: "on"),
    ((kinds.IntegerField, kinds.DecimalField, AmountField), lambda field: "1"),
    (object, lambda field: "核对后再报"),
)


def sample(field: Any) -> Any:
    return next(write for kind, write in SAMPLES if isinstance(field, kind))(field)


COMMON = {"reason": "核对后再报", "revision": "0", "version": "1", "act": "approve", "step": "basics", "text": "核对"}
COMMON |= {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0", "body": "{}"}


def body_of(address: str) -> dict[str, Any]:
    """A POST that would be taken from whoever may send it, as far as the class of the form says."""
    form = getattr(view_of(address), "form_class", None)
    return COMMON | {name: sample(field) for name, field in getattr(form, "base_fields", {}).items()}


def plainly(request: Any, template: str, context: Any = None, status: int = 200) -> HttpResponse:
    """A refusal without its page: those are read in test_sweep."""
    return HttpResponse(status=status)
