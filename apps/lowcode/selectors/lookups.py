"""What answers of a form point to: regions and units in the actor's sight, codes of the year, files of the place."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet

from apps.codes.models import Code
from apps.codes.selectors import codes_by_text, year_being_compiled
from apps.files.models import StoredFile
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor

WAITING = "upload "
UNIT = re.compile(r"(\d{6})/(\d{6,21})", re.ASCII)
REGION = re.compile(r"\d{6}", re.ASCII)
CODE = re.compile(r"([0-9A-Z]{1,21})(?:-.*)?", re.ASCII | re.DOTALL)


class AnswerLookups:
    """Looks rows up once for each answer; what is stored are code and names, which stay readable for ever."""

    def __init__(self, actor: Actor, year: int | None = None) -> None:
        self.actor, self.given_year = actor, year
        self.seen: dict[tuple[str, Any], dict[str, Any] | None] = {}
        self.codes: dict[str, dict[str, Code]] = {}
        self.waiting: dict[str, UploadedFile] = {}

    def region(self, raw: Any) -> dict[str, Any] | None:
        return self._once("region", raw, self._region)

    def unit(self, raw: Any) -> dict[str, Any] | None:
        return self._once("unit", raw, self._unit)

    def code(self, catalog: str, raw: Any) -> dict[str, Any] | None:
        """A code of the last level, also written `code-name`."""
        text = raw.get("code") if isinstance(raw, dict) else raw
        found = CODE.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            return None
        if catalog not in self.codes:
            self.codes[catalog] = codes_by_text(self.year, catalog)
        row = self.codes[catalog].get(found[1])
        if row is None or not row.is_leaf:
            return None
        return {"id": row.pk, "code": row.code, "year": row.year_id, **_names(row)}

    def file(self, raw: Any) -> dict[str, Any] | None:
        """A file in sight by its id; an upload waits under a mark until the service stores it."""
        if isinstance(raw, UploadedFile):
            mark = f"{WAITING}{len(self.waiting)}"
            self.waiting[mark] = raw
            return {"id": mark, "name": raw.name or ""}
        key = str(raw.get("id") or "") if isinstance(raw, dict) else str(raw)
        try:
            stored = StoredFile.objects.visible_to(self.actor).filter(pk=UUID(key)).first()
        except ValueError:
            return None
        return None if stored is None else {"id": str(stored.pk), "name": stored.name}

    @property
    def year(self) -> int:
        if self.given_year is None:
            self.given_year = year_being_compiled()
        return self.given_year

    def _once(self, kind: str, raw: Any, find: Callable[[Any], dict[str, Any] | None]) -> dict[str, Any] | None:
        key = (kind, repr(raw)[:200])
        if key not in self.seen:
            self.seen[key] = find(raw)
        return self.seen[key]

    def _region(self, raw: Any) -> dict[str, Any] | None:
        rows = Region.objects.visible_to(self.actor)
        text = _code_of(raw)
        row = rows.filter(code=text).first() if REGION.fullmatch(text) else _by_id(rows, raw)
        return None if row is None else {"id": row.pk, "code": row.code, **_names(row)}

    def _unit(self, raw: Any) -> dict[str, Any] | None:
        rows = Unit.objects.visible_to(self.actor).select_related("region")
        found = UNIT.fullmatch(_code_of(raw))
        row = rows.filter(region__code=found[1], code=found[2]).first() if found else _by_id(rows, raw)
        return None if row is None else {"id": row.pk, "code": f"{row.region.code}/{row.code}", **_names(row)}


def _code_of(raw: Any) -> str:
    text = raw.get("code") if isinstance(raw, dict) else raw
    return text.strip() if isinstance(text, str) else ""


def _by_id(rows: QuerySet, raw: Any) -> Any:
    """The row of `{"id": 12}`, as a picker sends it."""
    pk = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(pk, str) and pk.isascii() and pk.isdecimal() and len(pk) < 10:
        pk = int(pk)
    is_key = isinstance(pk, int) and not isinstance(pk, bool) and 0 < pk < 2**31
    return rows.filter(pk=pk).first() if is_key else None


def _names(row: Model) -> dict[str, str]:
    return {"zh": getattr(row, "name_zh_hans", "") or "", "mn": getattr(row, "name_mvf", "") or ""}
