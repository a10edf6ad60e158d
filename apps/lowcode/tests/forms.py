"""Definitions and look-ups that tests of forms share."""

from typing import Any

from apps.lowcode.models import Answer, FormDefinition, FormPurpose
from apps.lowcode.schema.fields import FormSchema
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.services import forms as services
from apps.lowcode.services.answers import save_answer
from apps.lowcode.services.forms import Place
from apps.lowcode.words import Words
from imbudget.kit.actor import system_actor

SYSTEM = system_actor("tests")


def field(key: str, type_: str = "text", **values: Any) -> dict[str, Any]:
    """One field of a definition."""
    return {"key": key, "type": type_, "label": {"zh": f"字段{key}", "mn": "ᠲᠠᠯᠠᠪᠤᠷᠢ"}, **values}


def definition(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "fields": list(fields)}


def form(*fields: dict[str, Any]) -> FormSchema:
    return parse_form(definition(*fields))


def choices(*values: str) -> list[dict[str, str]]:
    return [{"value": value, "zh": f"选项{value}", "mn": ""} for value in values]


GRASSLAND = definition(
    field("head", "heading"),
    field("category", "choice", required=True, choices=choices("grassland", "border", "other")),
    field("area", "amount", required=True, min="100", max="50000000"),
    field("share", "percent", min="0", max="100"),
    field("why", "longtext", required=True, shown_if={"fact": "category", "op": "=", "value": "other"}),
    field("start", "date", min="2026-01-01"),
    field("term", "period"),
    field("tags", "multichoice", choices=choices("a", "b", "c"), max="2"),
    field("herder", "person", required=True),
    field("phone", "phone", data_class="sensitive"),
    field("number", "text", pattern=r"[A-Z]{2}\d{4}"),
    field(
        "items",
        "table",
        min="1",
        columns=[
            field("name", required=True),
            field("price", "amount", required=True),
            field("count", "integer", min="1"),
            field("cost", "computed", expression="price * count"),
            field("contact", "phone"),
        ],
    ),
    field("total", "computed", expression="sum(items.cost) + area"),
    field("place", "region"),
    field("body", "unit"),
    field("subject", "code", catalog="function"),
    field("paper", "file"),
    field("worth", "score", max="10", weight="2", low="4", high="9"),
)


class FakeLookups:
    """Finds one region, one unit, one code and one file."""

    def region(self, raw: Any) -> dict[str, Any] | None:
        return {"id": 1, "code": "150102", "zh": "新城区", "mn": ""} if raw in ("150102", {"id": 1}) else None

    def unit(self, raw: Any) -> dict[str, Any] | None:
        return {"id": 2, "code": "150102/101001", "zh": "林草局", "mn": ""} if raw == "150102/101001" else None

    def code(self, catalog: str, raw: Any) -> dict[str, Any] | None:
        return {"id": 3, "code": "2130122", "year": 2027, "zh": "农业生产发展", "mn": ""} if raw == "2130122" else None

    def file(self, raw: Any) -> dict[str, Any] | None:
        return {"id": "f", "name": "批复.pdf"} if raw == "f" else None


GOOD: dict[str, Any] = {
    "category": "grassland",
    "area": "１，２００.５万元",
    "share": "12.5%",
    "start": "2026年3月1日",
    "term": {"from": "2026-01-01", "to": "2026/12/31"},
    "tags": ["c", "a"],
    "herder": "巴特尔",
    "phone": "138 0000 5678",
    "number": "NM0001",
    "items": [
        {"name": "草籽", "price": "10.50", "count": "3", "contact": ""},
        {"name": "", "price": "", "count": ""},
        {"name": "围栏", "price": 2.25, "count": 4},
    ],
    "place": "150102",
    "body": "150102/101001",
    "subject": "2130122",
    "paper": "f",
    "worth": "9.50",
    "worth__comment": " 优秀 ",
}


def make_answered_form(world: Any) -> tuple[FormDefinition, Answer]:
    """A survey of the first banner in use, and what its unit filled in."""
    place = Place(world.tree.banner)
    made = services.create_form(SYSTEM, place=place, purpose=FormPurpose.SURVEY, code="sweep", name=Words("问卷"))
    body = definition(field("title", required=True), field("tel", "phone"), field("t", "table", columns=[field("a")]))
    services.save_form(SYSTEM, made, body=body)
    version = services.publish_form(SYSTEM, made)
    raw = {"title": "草原", "tel": "13800005678", "t": [{"a": "x"}]}
    return made, save_answer(SYSTEM, version=version, region=world.tree.banner, unit=world.unit, raw=raw)
