"""The application as it is handed in: frozen as JSON, and compared with another version field by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.projects.models import CostLine, FundingLine, Milestone, PolicyBasis, Project, ProjectVersion
from imbudget.kit import crypto
from imbudget.kit.fields import mask_phone

FORMAT = 1
PLAIN = (
    *("name", "kind", "level", "origin", "setup_year", "start_year", "end_year", "responsible"),
    *("overview", "necessity", "feasibility", "organisation", "risks"),
    *("is_capital", "is_research", "is_procurement", "is_service", "urgency"),
)
NAMED = ("unit", "department", "region", "category")
LINKED = ("upper", "continues")
ORDER = (
    *("name", "unit", "department", "region", "kind", "category", "level", "upper", "origin", "continues"),
    *("setup_year", "start_year", "end_year", "responsible", "phone", "total"),
    *("overview", "necessity", "feasibility", "organisation", "risks"),
    *("is_capital", "is_research", "is_procurement", "is_service", "urgency", "tags"),
)
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
            *("department_economic", "government_economic", "is_procurement"),
        ),
        ("content",),
    ),
    "milestones": _Rows(Milestone, ("content", "starts", "ends", "goal"), ("content",)),
    "bases": _Rows(PolicyBasis, ("title", "document_number"), ("title",)),
}
CODES = ("fund", "function", "department_economic", "government_economic")


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


def _rows_of(project: Project, name: str) -> Iterator[dict[str, Any]]:
    spec = ROWS[name]
    codes = [column for column in spec.columns if column in CODES]
    for line in spec.model.objects.filter(project=project).select_related(*codes).order_by("number"):
        yield {column: _plain(getattr(line, column)) for column in spec.columns}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    return _named(value) if hasattr(value, "pk") else str(value)


def _named(row: Any) -> dict[str, str] | None:
    return {"code": row.code, "name": row.name} if row else None


def digest_of(body: Mapping[str, Any]) -> str:
    """SM3 over the body in one canonical form; a changed character changes it."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return crypto.sm3_hex(text.encode())


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
    return found


def _fields(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[FieldDiff]:
    for name in ORDER:
        before, after = _clear(name, a.get(name)), _clear(name, b.get(name))
        if before != after:
            yield FieldDiff(name, label_of(name), "changed", shown(name, before), shown(name, after))


def _clear(name: str, value: Any) -> Any:
    """The value itself; a telephone lies encrypted anew in each version."""
    return crypto.decrypt(bytes.fromhex(value), PHONE) if name == "phone" and value else value


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
    choices = dict(getattr(model._meta.get_field(name), "choices", None) or ()) if name else {}
    return str(choices.get(value, value))


def _lists(name: str, a: list[dict[str, Any]], b: list[dict[str, Any]]) -> Iterator[FieldDiff]:
    """Rows of a list: those that stand in both are held against each other, the others were added or removed."""
    spec = ROWS[name]
    before, after = ([_key(spec, row) for row in rows] for rows in (a, b))
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        olds, news = list(enumerate(a[first:last], first + 1)), list(enumerate(b[start:end], start + 1))
        pairs = min(len(olds), len(news)) if kind in {"equal", "replace"} else 0
        for (_line, old), (line, new) in zip(olds[:pairs], news[:pairs], strict=True):
            if old != new:
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
            spec.model._meta.get_field(column).verbose_name,
            shown(column, old.get(column), spec.model),
            shown(column, new.get(column), spec.model),
        )
        for column in spec.columns
    )
    return FieldDiff(name, list_label(name), kind, line=line, cells=cells)
