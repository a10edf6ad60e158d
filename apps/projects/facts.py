"""What the checks of an application look at, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.codes.selectors import derive_government_economic
from apps.lowcode.models import FormPurpose, FormVersion
from apps.lowcode.selectors.forms import form_for
from apps.projects.models import (
    CostLine,
    FundingLine,
    GoalIndicator,
    Milestone,
    PolicyBasis,
    PolicyTag,
    Project,
    ProjectKind,
    ProjectSetting,
)
from apps.projects.selectors.settings import setting_of

NEEDS_GROUNDS = frozenset({ProjectKind.OPERATION, ProjectKind.TARGET})


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """The project with its lists and their codes, its region's settings and form, the derivation of its unit's nature."""

    project: Project
    funding: list[FundingLine]
    costs: list[CostLine]
    milestones: list[Milestone]
    goals: list[GoalIndicator]
    bases: list[PolicyBasis]
    tags: list[PolicyTag]
    setting: ProjectSetting
    derived: Mapping[int, int]
    form: FormVersion | None

    @property
    def years(self) -> range:
        """The years of the term."""
        return range(self.project.start_year, self.project.end_year + 1)

    @property
    def needs_grounds(self) -> bool:
        """Staff and public funds follow standards; what is asked for beside them must be argued for."""
        return self.project.kind in NEEDS_GROUNDS


def facts_of(project: Project) -> ProjectFacts:
    """Everything in a bounded number of queries."""
    row = Project.objects.prefetch_related("unit", "region", "category", "upper", "continues", "answer__version").get(
        pk=project.pk
    )
    codes = ("function", "department_economic", "government_economic")
    return ProjectFacts(
        row,
        list(row.funding.select_related("fund").order_by("number")),
        list(row.costs.select_related(*codes).order_by("number")),
        list(row.milestones.order_by("number")),
        list(row.goals.order_by("number")),
        list(row.bases.order_by("number")),
        list(row.tags.order_by("code")),
        setting_of(row.region),
        derive_government_economic(row.setup_year, row.unit.nature),
        form_for(FormPurpose.PROJECT, row.region, row.unit),
    )
