"""Projects, what they consist of, their versions and changes; the catalogues around them."""

from apps.projects.models.attachment import AttachmentKind, ProjectAttachment
from apps.projects.models.catalogue import PolicyTag, ProjectCategory, ProjectCodeCounter, ProjectSetting
from apps.projects.models.change import ChangeKind, ChangeState, ProjectChange
from apps.projects.models.goals import GROUP_OF, GoalGroup, GoalIndicator, GoalSource, IndicatorKind, IndicatorNature
from apps.projects.models.parts import CostLine, FundingLine, Milestone, PolicyBasis, ProjectTag
from apps.projects.models.project import (
    Project,
    ProjectKind,
    ProjectLevel,
    ProjectOrigin,
    ProjectState,
    Urgency,
)
from apps.projects.models.version import ProjectVersion, VersionReason

__all__ = [
    "GROUP_OF",
    "AttachmentKind",
    "ChangeKind",
    "ChangeState",
    "CostLine",
    "FundingLine",
    "GoalGroup",
    "GoalIndicator",
    "GoalSource",
    "IndicatorKind",
    "IndicatorNature",
    "Milestone",
    "PolicyBasis",
    "PolicyTag",
    "Project",
    "ProjectAttachment",
    "ProjectCategory",
    "ProjectChange",
    "ProjectCodeCounter",
    "ProjectKind",
    "ProjectLevel",
    "ProjectOrigin",
    "ProjectSetting",
    "ProjectState",
    "ProjectTag",
    "ProjectVersion",
    "Urgency",
    "VersionReason",
]
