"""The lines of a document as a table of fields: which columns its kind needs, and its lines as text."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from apps.codes.models import Catalog
from apps.ledger.models import Authority, AuthorityDocument, DirectFlag, DocumentKind, DocumentLine
from imbudget.kit.rowlists import Column, Part, PartView, as_written, column_of, rows_sent, view_of

CODES = reverse_lazy("projects:code_choices")
LINES = "lines"
NEW = ("unit", "function", "department_economic", "project")  # what a new authority of a unit says of itself
MARKS = ("is_procurement", "is_payroll", "is_advance", "direct_flag", "is_research", "is_debt", "is_construction")
# Elements that few lines need: a file may bring them, and the form shows them when asked or when a line has them.
SELDOM = ("business_division", "managing_division", "is_research", "is_debt", "is_construction")
OF_UNITS = (*NEW, "is_procurement", "is_payroll")
KINDS: dict[str, tuple[str, ...]] = {
    DocumentKind.REVENUE: (
        *("fund", "income_code", "function", "transfer_function", "upper_document_number", "tracking_code"),
        *("is_advance", "direct_flag"),
    ),
    DocumentKind.ALLOCATION: ("origin", "target", *OF_UNITS),
    DocumentKind.ISSUE: ("origin",),
    DocumentKind.APPROVAL: ("origin", "target", *OF_UNITS),
    DocumentKind.SUPPLEMENT: ("origin", "target", *OF_UNITS),
    DocumentKind.CUT: ("origin", "target"),
    DocumentKind.ADJUSTMENT: ("origin", "target", "fund", *NEW, "income_code"),
    DocumentKind.REALLOCATION: ("origin", "target", *NEW),
    DocumentKind.RECOVERY: ("origin", "target"),
    DocumentKind.TRANSFER: ("origin", "receiving_region", "function", "transfer_function", "tracking_code"),
    DocumentKind.CARRY_OVER: ("origin",),
    DocumentKind.WRITE_OFF: ("origin",),
}
# Kinds that take an authority as a whole: an empty amount is all that is left of it.
WHOLE = frozenset({DocumentKind.ISSUE, DocumentKind.CARRY_OVER, DocumentKind.WRITE_OFF})
ENDS = ("origin", "target")
CATALOGS = {
    "fund": Catalog.FUND,
    "function": Catalog.FUNCTION,
    "transfer_function": Catalog.FUNCTION,
    "department_economic": Catalog.DEPARTMENT_ECONOMIC,
}
NAMED = {
    "unit": reverse_lazy("regions:unit_choices"),
    "project": reverse_lazy("projects:project_choices"),
    "receiving_region": reverse_lazy("regions:region_choices"),
}
# Heads of an uploaded table; Chinese in both languages, since the import reads them.
HEADS = {
    "origin": "来源指标号",
    "target": "目标指标号",
    "fund": "资金性质代码",
    "income_code": "收入分类代码",
    "unit": "单位代码",
    "function": "支出功能分类代码",
    "transfer_function": "转移支付功能分类代码",
    "department_economic": "部门经济分类代码",
    "project": "项目代码",
    "receiving_region": "接收区划代码",
    "upper_document_number": "上级文号",
    "tracking_code": "追踪项目代码",
    "is_advance": "提前安排",
    "direct_flag": "直达资金",
    "is_procurement": "政府采购",
    "is_payroll": "工资统发",
    "business_division": "业务主管处室",
    "managing_division": "指标管理处室",
    "is_research": "科研",
    "is_debt": "债务",
    "is_construction": "基建",
    "amount": "金额",
    "summary": "摘要",
}


def names_of(document: AuthorityDocument, full: bool = False) -> tuple[str, ...]:
    """The columns of this document, in their order; a unit that moves its own authority does not name itself."""
    seldom = SELDOM if full and "unit" in KINDS[document.kind] else ()
    names = (*KINDS[document.kind], *seldom, "amount", "summary")
    return tuple(name for name in names if name != "unit" or document.unit_id is None)


def has_seldom(document: AuthorityDocument) -> bool:
    """Whether a line has an element that the short form does not show, and would lose by it."""
    marks = [Q(**{name: True}) for name in SELDOM if name in MARKS]
    texts = [Q(**{f"{name}__gt": ""}) for name in SELDOM if name not in MARKS]
    return document.lines.filter(reduce(or_, [*marks, *texts])).exists()


def part_of(document: AuthorityDocument, full: bool = False) -> Part:
    """The table of this document."""
    columns = tuple(_column(document, name) for name in names_of(document, full))
    return Part(LINES, _("lines"), columns, summed="amount")


def _column(document: AuthorityDocument, name: str) -> Column:
    if name in ENDS:
        more: dict[str, Any] = {"address": reverse(f"ledger:document_{name}s", args=[document.pk])}
    elif name in CATALOGS:
        more = {"address": CODES, "catalog": CATALOGS[name]}
    elif name in NAMED:
        more = {"address": NAMED[name], "region": document.region_id}
    else:
        kind = "flag" if name in MARKS else name if name == "amount" else "text"
        return column_of(DocumentLine, name, kind, hint=_hint(document, name))
    return column_of(DocumentLine, name, "code", hint=_hint(document, name), **more)


def _hint(document: AuthorityDocument, name: str) -> Any:
    if name == "amount" and document.kind in WHOLE:
        return _("empty: all that is left")
    return {"origin": _("its number"), "target": _("empty: a new authority")}.get(name, "")


def view(
    document: AuthorityDocument,
    rows: Iterable[Mapping[str, str]],
    errors: Mapping[str, str] | None = None,
    *,
    full: bool = False,
    spare: int = 0,
) -> PartView:
    """The lines as fields."""
    return view_of(part_of(document, full), rows, errors or {}, {}, document.year_id, spare)


def sent(document: AuthorityDocument, data: Mapping[str, str], full: bool = False) -> list[dict[str, str]]:
    """The lines that a form sends; a mark that is not set is not sent, and says no."""
    marks = {name: "" for name in names_of(document, full) if name in MARKS}
    return [marks | row for row in rows_sent(data, part_of(document, full))]


def described(authority: Authority) -> str:
    """What an authority is called where it is chosen: whose it is, or for whom, and what for."""
    of = authority.unit or authority.fund
    return " · ".join(filter(None, [str(of), str(authority.function or ""), authority.summary[:40]]))


def stored(document: AuthorityDocument, full: bool = False) -> list[dict[str, str]]:
    """The lines of a draft as text; what a line takes over from the authority it names is left empty."""
    ends = [f"{end}__{name}" for end in ENDS for name in ("unit", "fund", "function")]
    lines = document.lines.select_related(*ENDS, *CATALOGS, *NAMED, *ends).order_by("number")
    names = names_of(document, full)
    return [{name: _text(line, name) for name in names} for line in lines]


def _text(line: DocumentLine, name: str) -> str:
    value = getattr(line, name)
    if name in ENDS:
        whole = name == "target" and line.target_id == line.origin_id  # an issue names its authority once
        return "" if value is None or whole else f"{value.pk}-{described(value)}"
    if name in {"amount", "summary"}:
        return as_written(value, name)
    if line.target_id is not None:
        return ""
    if name == "direct_flag":
        value = value == DirectFlag.DIRECT
    if name in NAMED:
        return "" if value is None else f"{value.code}-{value.name}"
    return as_written(value, "text")
