"""Projects with their parts, categories and tags, in each state they come to."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory

from apps.codes.tests.factories import YEAR, Codes
from apps.projects.models import (
    CostLine,
    FundingLine,
    GoalIndicator,
    IndicatorKind,
    IndicatorNature,
    Milestone,
    PolicyBasis,
    PolicyTag,
    Project,
    ProjectCategory,
    ProjectState,
    ProjectTag,
)
from apps.regions.models import Unit
from imbudget.kit.text import search_key


class CategoryFactory(factory.django.DjangoModelFactory):
    """A leaf of the tree of categories, or one below `parent`."""

    class Meta:
        model = ProjectCategory
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda number: f"category-{number}")
    name_zh_hans = factory.Sequence(lambda number: f"类别{number}")


class TagFactory(factory.django.DjangoModelFactory):
    """A policy tag in force in all years."""

    class Meta:
        model = PolicyTag
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda number: f"tag-{number}")
    name_zh_hans = factory.Sequence(lambda number: f"标识{number}")


class ProjectFactory(factory.django.DjangoModelFactory):
    """A bare draft of a unit; the database copies region, league and department. Traits by situation."""

    class Meta:
        model = Project

    class Params:
        stored = factory.Trait(state=ProjectState.STORED, version=1)
        returned = factory.Trait(state=ProjectState.RETURNED, version=1, return_reason="请补充测算依据")
        waiting = factory.Trait(state=ProjectState.UNIT_REVIEW, version=1)

    code = factory.LazyAttributeSequence(
        lambda p, number: f"{p.unit.region.code}{p.setup_year % 100:02d}3{number:012d}"
    )
    name = factory.Sequence(lambda number: f"草原生态修复{number}")
    setup_year = YEAR
    start_year = YEAR
    end_year = YEAR
    search_key = factory.LazyAttribute(lambda project: search_key(f"{project.name} {project.code}"))

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Project:
        project = super()._create(model_class, *args, **kwargs)
        project.refresh_from_db(fields=["region", "league", "department"])
        return project


def fill_project(project: Project, codes: Codes, amount: str = "800000.00") -> Project:
    """Everything an application needs: grounds, money of one year on both sides, schedule, goals, category, tag."""
    project.category = CategoryFactory(code="grassland", name_zh_hans="草原生态保护")
    texts = {
        "overview": "概况",
        "necessity": "必要性",
        "feasibility": "可行性",
        "organisation": "条件",
        "risks": "风险",
    }
    for name, text in texts.items():
        setattr(project, name, f"{text}说明")
    project.responsible, project.phone = "巴图", "13800001234"
    project.save()
    year, money = project.start_year, Decimal(amount)
    FundingLine.objects.create(project=project, number=1, year=year, fund=codes.fund, amount=money)
    CostLine.objects.create(
        project=project, number=1, year=year, content="草种", quantity=Decimal(1000), measure="公斤",
        price=money / 1000, basis="市场询价", function=codes.managing, department_economic=codes.office,
    )  # fmt: skip
    Milestone.objects.create(
        project=project, number=1, content="补播", starts=date(year, 5, 1), ends=date(year, 8, 31), goal="完成补播"
    )
    for number, kind in enumerate((IndicatorKind.QUANTITY, IndicatorKind.ECOLOGICAL), 1):
        GoalIndicator.objects.create(
            project=project,
            number=number,
            kind=kind,
            content=f"指标{number}",
            nature=IndicatorNature.AT_LEAST,
            value="45",
        )
    PolicyBasis.objects.create(project=project, number=1, title="草原保护规划", document_number="内财农〔2021〕780号")
    ProjectTag.objects.create(project=project, tag=TagFactory(code="ecology", name_zh_hans="生态优先"))
    project.refresh_from_db()
    return project


def make_project(codes: Codes, unit: Unit, amount: str = "800000.00", **values: Any) -> Project:
    """A complete application of the unit."""
    return fill_project(ProjectFactory(unit=unit, **values), codes, amount)
