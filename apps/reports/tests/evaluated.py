"""A project's year with its self-evaluation as plain facts: nothing of it lies in a database."""

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf

from apps.performance.models import ActualValue, Grade, ProjectYear, Target
from apps.performance.tests.factories import GOALS, NAMES
from apps.projects.models import Project
from apps.regions.models import Department, Region, Unit
from apps.reports.performance.facts import Amounts, Evaluated, Line, Sources, YearFacts

REACHED = ("1800", "96", "180", "45.5", None, "92.3")
SCORES = ("18", "15", "15", "20", "8.5", "10")
D = Decimal


def some_year(number: int = 1, **given: Any) -> ProjectYear:
    """A year of 1,000,000.00 yuan, of which 950,000.00 were executed."""
    project = Project(pk=number, code=f"150102261102{number:09}", name=f"草原生态修复治理项目{number}")
    values = {"initial": D(900_000), "budget": D(1_000_000), "executed": D(950_000)} | given
    region = Region(pk=1, name="新城区", name_zh_hans="新城区", code="150102000")
    unit = Unit(pk=1, code="119001", name="新城区草原工作站", name_zh_hans="新城区草原工作站")
    department = Department(pk=1, code="119", name="新城区农牧局", name_zh_hans="新城区农牧局")
    return ProjectYear(
        pk=number, project=project, year_id=2027, region=region, unit=unit, department=department, **values
    )


def some_facts(number: int = 1, **given: Any) -> YearFacts:
    """Six indicators that weigh 90 points, five of them measured."""
    of, lines = some_year(number, **given), []
    for place, (goal, reached, score) in enumerate(zip(GOALS, REACHED, SCORES, strict=True), 1):
        values: dict[str, Any] = dict(zip(NAMES, goal, strict=True))
        is_words = values["nature"] == "qualitative"
        text = values.pop("value")
        values |= {"weight": D(values["weight"]), "words": text, "value": None if is_words else D(text)}
        target = Target(pk=number * 100 + place, of=of, number=place, **values)
        value = ActualValue(target=target, value=D(reached) if reached else None, tier="" if reached else "reached")
        lines.append(Line(target, value, D(score), "受旱情影响，补播推迟到秋季" if place == 1 else ""))
    sources = Sources(Amounts(D(900_000), D(900_000), D(850_000)), Amounts(D(0), D(100_000), D(100_000)), Amounts())
    whole = Amounts(of.initial, of.budget, of.executed)
    goal = "完成退化草原补播2000亩，植被盖度提高到45%以上。"
    return YearFacts(of, lines, whole, goal, sources if sources.adds_up_to(whole) else None)


def some_evaluation(number: int = 1, **given: Any) -> Evaluated:
    """Handed in, with 96.00 points."""
    values: dict[str, Any] = {
        "execution": D("9.5"), "total": D("96"), "grade": Grade.EXCELLENT, "goal_reached": "补播1800亩，盖度45.5%。",
        "filed_by": "王丽", "phone": "138****5678", "filed_on": date(2028, 2, 1), "is_draft": False,
    }  # fmt: skip
    return Evaluated(some_facts(number), **(values | given))


def words(content: bytes) -> str:
    """What a PDF says, whatever stands on which line."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))
