"""What the checks say of an application, sorted to the steps on which it can be mended."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise

from apps.lowcode.models import CaseEvent
from apps.lowcode.selectors.cases import open_case
from apps.projects.bindings import fields
from apps.projects.checks import run_checks
from apps.projects.models import Project, ProjectState
from apps.projects.services.application import SUBJECT
from apps.projects.steps import BY_NAME, STEPS, step_of
from apps.projects.views.answers import version_of
from imbudget.kit.actor import Actor
from imbudget.kit.findings import CheckResult, Finding, Level, findings_of


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding with the address of the place where it is mended."""

    finding: Finding
    step: str
    href: str

    @property
    def label(self) -> str | Promise:
        return BY_NAME[self.step].label


@dataclass(slots=True)
class Review:
    """All checks of an application and what they found."""

    results: list[CheckResult] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    @property
    def errors(self) -> list[Placed]:
        return [each for each in self.placed if each.finding.level == Level.ERROR]

    @property
    def warnings(self) -> list[Placed]:
        return [each for each in self.placed if each.finding.level == Level.WARNING]

    @property
    def notes(self) -> list[Placed]:
        return [each for each in self.placed if each.finding.level == Level.NOTE]

    @property
    def passed_count(self) -> int:
        return sum(result.level is None for result in self.results)


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step in the list of steps: how many errors stand on it."""

    name: str
    label: str | Promise
    href: str
    missing: int
    current: bool


def review_of(actor: Actor, project: Project) -> Review:
    """Run the checks."""
    results = run_checks(project)
    return Review(results, [_placed(project, finding) for finding in findings_of(results)])


def _placed(project: Project, finding: Finding) -> Placed:
    step = step_of(finding.field)
    part, _dot, column = finding.field.partition(".")
    anchor = f"id_{part}-{finding.line}-{column}" if finding.line and column else f"id_{part}"
    return Placed(finding, step, f"{reverse('projects:edit', args=[project.pk])}?step={step}#{anchor}")


def steps_of(project: Project, review: Review, current: str) -> list[StepLink]:
    """The steps of this application: that of the region's form only where there is one."""
    counts: dict[str, int] = {}
    for each in review.errors:
        counts[each.step] = counts.get(each.step, 0) + 1
    address = reverse("projects:edit", args=[project.pk])
    return [
        StepLink(step.name, step.label, f"{address}?step={step.name}", counts.get(step.name, 0), step.name == current)
        for step in STEPS
        if step.name != "form" or _has_form(project)
    ]


def _has_form(project: Project) -> bool:
    return version_of(project) is not None


def to_mend(project: Project) -> list[tuple[str | Promise, str]]:
    """What the return of the application points to: (label, address of the step on which it stands)."""
    if project.state != ProjectState.RETURNED:
        return []
    case = open_case(SUBJECT, project.pk)
    event = CaseEvent.objects.filter(case=case, kind="returned").order_by("-seq").first() if case else None
    known, address = fields(), reverse("projects:edit", args=[project.pk])
    pointed = event.data.get("fields", ()) if event else ()
    return [(known[name], f"{address}?step={step_of(name)}#id_{name}") for name in pointed if name in known]
