"""The application as it is handed in: frozen as JSON, and compared with another version field by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.lowcode.models import FormVersion
from apps.lowcode.schema.display import Line, display
from apps.lowcode.sealing import masked, unseal
from apps.lowcode.selectors.forms import schema_of
from apps.projects.models import (
    CostLine,
    FundingLine,
    GoalIndicator,
    Milestone,
    PolicyBasis,
    Project,
    ProjectAttachment,
    ProjectVersion,
)
from imbudget.kit import crypto
from imbudget.kit.fields import mask_phone
from imbudget.kit.formats import format_quantity
from imbudget.kit.money import format_yuan

FORMAT = 1
FLAGS = ("is_capital", "is_research", "is_procurement", "is_service")
PLAIN = (
    *("name", "kind", "level", "origin", "setup_year", "start_year", "end_year", "responsible"),
    *("overview", "necessity", "feasibility", "organisation", "risks"),
    *FLAGS,
    "urgency",
)
NAMED = ("unit", "department", "region", "category")
LINKED = ("upper", "continues")
ORDER = (
    *("name", "unit", "department", "region", "kind", "category", "level", "upper", "origin", "continues"),
    *("setup_year", "start_year", "end_year", "responsible", "phone", "total"),
    *("overview", "necessity", "feasibility", "organisation", "risks"),
    *("is_capital", "is_research", "is_procurement", "is_service", "urgency", "tags"),
)
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
UNREADABLE = "******"
PHONE = "projects_projectversion.body.phone"  # what the encrypted telephone in a version is bound to


@dataclass(frozen=True, slots=True)
class _Rows:
    """A list of the application: its model, its columns, and those by which the same row is found again."""

    model: Any
    columns: tuple[str, ...]
    key: tuple[str, ...]


ROWS = {
    "funding": _Rows(FundingLine, ("year", "fund", "amount"), ("year", "fund")),
    "costs": _Rows(
        CostLine,
        (
            *("year", "content", "quantity", "measure", "price", "amount", "basis", "function"),
            *("department_economic", "government_economic", "is_procurement", "procurement_item"),
        ),
        ("content",),
    ),
    "milestones": _Rows(Milestone, ("content", "starts", "ends", "goal"), ("content",)),
    "goals": _Rows(
        GoalIndicator,
        (
            *("kind", "content", "nature", "value", "annual", "measure"),
            *("weight", "source", "scoring", "is_core", "library"),
        ),
        ("content",),
    ),
    "bases": _Rows(PolicyBasis, ("title", "document_number"), ("title",)),
    "attachments": _Rows(ProjectAttachment, ("kind", "file"), ("file",)),
}
CODES = ("fund", "function", "department_economic", "government_economic", "procurement_item")


def body_of(project: Project) -> dict[str, Any]:
    """The whole application as plain JSON: codes with the names of their day, amounts as text, the telephone encrypted."""
    row = Project.objects.select_related(*NAMED, *LINKED, "answer__version").get(pk=project.pk)
    fields: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    fields |= {name: _named(getattr(row, name)) for name in (*NAMED, *LINKED)}
    fields["total"] = f"{row.total:.2f}"
    fields["phone"] = crypto.encrypt(row.phone, PHONE).hex() if row.phone else ""
    fields["tags"] = [_named(tag) for tag in row.tags.order_by("code")]
    answer = row.answer
    return {
        "format": FORMAT,
        "code": row.code,
        "fields": fields,
        "form": {"version": answer.version_id, "values": answer.values} if answer else None,
        **{name: list(_rows_of(row, name)) for name in ROWS},
    }


def imported_body(read: Any) -> dict[str, Any]:
    """What `body_of` will say of a project that an import writes (`importing.rows.ReadProject`), without reading it."""
    unit, texts = read.unit, read.texts
    fields: dict[str, Any] = {**dict.fromkeys(PLAIN, ""), **texts, **read.years, "total": f"{read.total:.2f}"}
    fields |= {name: getattr(read, name) for name in ("kind", "level", "origin", "urgency")}
    fields |= dict.fromkeys(FLAGS, False)
    fields |= {"unit": _kept(unit), "department": _kept(unit.department), "region": _kept(unit.region)}
    fields |= {"category": _kept(read.category), "upper": None, "continues": None}
    fields["phone"] = crypto.encrypt(texts["phone"], PHONE).hex() if texts["phone"] else ""
    fields["tags"] = sorted((_kept(tag) for tag in read.tags), key=lambda tag: tag["code"])  # type: ignore[index,return-value]
    fund = _kept(read.fund)
    funding = [{"year": year, "fund": fund, "amount": f"{amount:.2f}"} for year, amount in read.money]
    lists: dict[str, Any] = {name: [] for name in ROWS} | {"funding": funding}
    return {"format": FORMAT, "code": read.code, "fields": fields, "form": None, **lists}


def _rows_of(project: Project, name: str) -> Iterator[dict[str, Any]]:
    if name == "attachments":
        for each in ProjectAttachment.objects.filter(project=project).select_related("file").order_by("kind", "pk"):
            yield {"kind": each.kind, "file": f"{each.file.name} [{each.file.digest[:12]}]"}
        return
    spec = ROWS[name]
    codes = [column for column in spec.columns if column in CODES]
    for line in spec.model.objects.filter(project=project).select_related(*codes).order_by("number"):
        yield {column: _plain(getattr(line, column)) for column in spec.columns}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    return _named(value) if hasattr(value, "pk") else str(value)


def _named(row: Any) -> dict[str, str] | None:
    """By code and Chinese name, in whatever language the reader works: the same application has one digest."""
    return {"code": row.code, "name": getattr(row, "name_zh_hans", None) or row.name} if row else None


def canonical(body: Mapping[str, Any]) -> str:
    """The body as text in its one form."""
    return CANONICAL.encode(body)


def _kept(row: Any) -> dict[str, str] | None:
    """`_named` of a row that many lines of a file point to, made once: names are looked up by language, which takes time."""
    if row is None:
        return None
    if "_named_once" not in row.__dict__:
        row.__dict__["_named_once"] = _named(row)
    return row.__dict__["_named_once"]


def digest_of(body: Mapping[str, Any]) -> str:
    """SM3 over the body in its one form; a changed character changes it."""
    return crypto.sm3_hex(canonical(body).encode())


def is_intact(version: ProjectVersion) -> bool:
    """Whether a version still says what was handed in."""
    return digest_of(version.body) == version.digest


@dataclass(frozen=True, slots=True)
class CellDiff:
    """One column of a row in both versions."""

    label: str | Promise
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """What differs: a field (`before`, `after`), or a row of a list with its cells.

    `kind` is changed, added or removed; `line` is the row's number in the newer version, of a removed row in the older.
    """

    field: str
    label: str | Promise
    kind: str
    before: str = ""
    after: str = ""
    line: int | None = None
    cells: tuple[CellDiff, ...] = ()


def compare(a: ProjectVersion, b: ProjectVersion) -> list[FieldDiff]:
    """What changed from version `a` to version `b`, in the order of the application, in the language in force."""
    return compare_bodies(a.body, b.body)


def compare_bodies(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[FieldDiff]:
    """What changed between two applications as `body_of` gives them."""
    found = list(_fields(a["fields"], b["fields"]))
    for name in ROWS:
        found += _lists(name, a.get(name, []), b.get(name, []))
    found += _forms(a.get("form"), b.get("form"))
    return found


def _fields(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[FieldDiff]:
    for name in ORDER:
        before, after = _clear(name, a.get(name)), _clear(name, b.get(name))
        if before != after:
            yield FieldDiff(name, label_of(name), "changed", shown(name, before), shown(name, after))


def _clear(name: str, value: Any) -> Any:
    """The value itself; a telephone lies encrypted anew in each version, and a version keeps the key of its day."""
    if name != "phone" or not value:
        return value
    try:
        return crypto.decrypt(bytes.fromhex(value), PHONE)
    except crypto.DecryptionError:
        return UNREADABLE  # its key was taken out of the ring


def label_of(name: str) -> str | Promise:
    """What a field of an application is called."""
    return _("policy tags") if name == "tags" else Project._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def list_label(name: str) -> str | Promise:
    """What a list of an application is called."""
    return ROWS[name].model._meta.verbose_name_plural


def shown(name: str, value: Any, model: Any = Project) -> str:
    """A value of a version as a reader sees it."""
    if value in (None, "", []):
        return ""
    if name == "phone":
        return mask_phone(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return "、".join(shown("", item) for item in value)
    if isinstance(value, dict):
        return f"{value['code']}-{value['name']}"
    return _as_field(model._meta.get_field(name), value) if name else str(value)


def column_label(model: Any, column: str) -> str | Promise:
    """A column that the database works out is called as what it gives."""
    field = model._meta.get_field(column)
    return getattr(field, "output_field", field).verbose_name


def _as_field(field: Any, value: Any) -> str:
    """A number with separators, a choice by its label."""
    places = getattr(getattr(field, "output_field", field), "decimal_places", None)
    if places is not None:
        return format_yuan(Decimal(value)) if places == 2 else format_quantity(Decimal(value))
    return str(dict(getattr(field, "choices", None) or ()).get(value, value))


def _lists(name: str, a: list[dict[str, Any]], b: list[dict[str, Any]]) -> Iterator[FieldDiff]:
    """Rows of a list: those that stand in both are held against each other, the others were added or removed."""
    spec = ROWS[name]
    before, after = ([_key(spec, row) for row in rows] for rows in (a, b))
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        olds, news = list(enumerate(a[first:last], first + 1)), list(enumerate(b[start:end], start + 1))
        pairs = min(len(olds), len(news)) if kind in {"equal", "replace"} else 0
        for (_line, old), (line, new) in zip(olds[:pairs], news[:pairs], strict=True):
            # Older versions had fewer columns: what they lack is as good as empty.
            if any((old.get(column) or None) != (new.get(column) or None) for column in spec.columns):
                yield _row(name, "changed", line, old, new)
        for line, old in olds[pairs:]:
            yield _row(name, "removed", line, old, {})
        for line, new in news[pairs:]:
            yield _row(name, "added", line, {}, new)


def _key(spec: _Rows, row: Mapping[str, Any]) -> str:
    return json.dumps([row.get(column) for column in spec.key], sort_keys=True)


def _row(name: str, kind: str, line: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> FieldDiff:
    spec = ROWS[name]
    cells = tuple(
        CellDiff(
            column_label(spec.model, column),
            shown(column, old.get(column), spec.model),
            shown(column, new.get(column), spec.model),
        )
        for column in spec.columns
    )
    return FieldDiff(name, list_label(name), kind, line=line, cells=cells)


def _forms(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> Iterator[FieldDiff]:
    """The answers to the region's form, field by field; protected ones are compared in clear and shown masked."""
    if a == b:
        return
    before, after = answers_of(a), answers_of(b)
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if (old and old[0]) != (new and new[0]):
            label = (new or old)[1].field.label  # type: ignore[index]
            yield FieldDiff("answer", str(label), "changed", _text(old), _text(new))


def answers_of(form: Mapping[str, Any] | None) -> dict[str, tuple[Any, Line]]:
    """Key of a field → (its answer in clear, its line as it may be shown)."""
    if not form:
        return {}
    schema = schema_of(FormVersion.objects.get(pk=form["version"]))
    clear = unseal(schema, form["values"])
    return {line.field.key: (clear.get(line.field.key), line) for line in display(schema, masked(schema, clear))}


def _text(answer: tuple[Any, Line] | None) -> str:
    line = answer[1] if answer else None
    return (line.text or "\n".join(" · ".join(cells) for cells in line.rows)) if line else ""
