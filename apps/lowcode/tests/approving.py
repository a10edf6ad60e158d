"""A unit with its people, a document, and a flow in use: what the tests of cases stand on."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.accounts.actors import actor_of
from apps.accounts.models import User
from apps.accounts.tests.factories import make_post
from apps.lowcode import bindings
from apps.lowcode.bindings import Binding
from apps.lowcode.models import Case, CaseEvent, Task, TaskState
from apps.lowcode.selectors.cases import state_of
from apps.lowcode.services import cases, flows, tasks
from apps.lowcode.tests.flows import FACTS, definition, step
from apps.lowcode.words import Words
from apps.notices.models import Notice
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from apps.regions.models import Department, Region, Unit
from apps.regions.tests.factories import Tree, UnitFactory, make_tree
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.registry import Shelf
from imbudget.kit.testing.upon import kept_upon

SYSTEM = system_actor("tests")
SUBJECT = "tests.project"
RANKS = (("1", "急"), ("2", "缓"))
THREE = (
    step("head", "unit_head", stage="unit_review", days=3, remind=1),
    step("department", "department_reviewer"),
    step("office", "finance_office", stage="finance_review"),
)


@dataclass
class Office:
    """The people around one unit, a document of it, and what its app was told."""

    tree: Tree
    unit: Unit = field(init=False)
    document: Project = field(init=False)
    clerk: Actor = field(init=False)
    head: Actor = field(init=False)
    reviewer: Actor = field(init=False)
    officer: Actor = field(init=False)
    told: list[tuple[Any, ...]] = field(default_factory=list)
    refusal: str = ""
    values: dict[str, Any] = field(default_factory=lambda: {"amount": Decimal("800000.00"), "category": "grass"})

    def start(self, **values: Any) -> Case:
        return cases.start_case(self.clerk, SUBJECT, self.document, **values)

    def task(self, actor: Actor, case: Case | None = None) -> Task:
        """The newest task of a person."""
        rows = Task.objects.filter(user_id=actor.user_id)
        return (rows.filter(case=case) if case else rows).latest("pk")

    def approve(self, *actors: Actor) -> Case:
        for actor in actors:
            case = tasks.approve(actor, self.task(actor))
        return case

    def approved(self, actor: Actor, document: Project) -> None:
        if self.refusal:
            raise RuleViolation(self.refusal)
        Project.objects.select_for_update(of=("self",)).get(pk=document.pk)  # as the services of a document do
        self.told.append(("approved", actor.user_id))

    def another(self, role: str, node: Any, user: User | None = None, **dates: Any) -> Actor:
        return actor_of(make_post(role, node, user, **dates))


def make_office(monkeypatch: Any, *steps: Any) -> Office:
    """Everybody in their posts, the document type bound, and the flow of these steps published for the whole region."""
    office = Office(make_tree())
    bind_for_tests(monkeypatch, office)
    for name, made in made_upon(office.tree, *(steps or THREE)).items():
        setattr(office, name, made)
    return office


@kept_upon(make_tree)
def made_upon(tree: Tree, *steps: Any) -> dict[str, Any]:
    """The rows of an office; its type of document is bound."""
    unit = UnitFactory(region=tree.banner)
    people = {
        "clerk": ("unit_clerk", unit),
        "head": ("unit_head", unit),
        "reviewer": ("department_reviewer", unit.department),
        "officer": ("banner_officer", tree.banner),
    }
    made = {name: actor_of(make_post(role, node)) for name, (role, node) in people.items()}
    made |= {"unit": unit, "document": ProjectFactory(unit=unit)}
    put_in_use(tree.root, *steps)
    return made


def bind_for_tests(monkeypatch: Any, office: Office) -> None:
    """A type of document of these tests, which writes down what it is told."""
    told = office.told
    shelf: Shelf[Binding] = Shelf("types of document of a test")
    monkeypatch.setattr(bindings, "_bindings", shelf)
    monkeypatch.setattr(Project, "get_absolute_url", lambda project: f"/projects/{project.pk}/")
    bindings.bind(
        Binding(
            subject=SUBJECT,
            label="项目申报",
            model="projects.Project",
            facts=FACTS,
            read=lambda document: dict(office.values),
            approved=office.approved,
            returned=lambda actor, document, reason: told.append(("returned", actor.user_id, reason)),
            rejected=lambda actor, document, reason: told.append(("rejected", actor.user_id, reason)),
            stages={"unit_review": "单位审核", "finance_review": "财政审核"},
            entered=lambda actor, document, stage: told.append(("entered", stage)),
            asks={"ranking": RANKS},
            answered=lambda actor, document, ask, value: told.append(("answered", ask, value)),
            fields=lambda: {"overview": "项目概况", "amount": "金额"},
        )
    )


def publish(office: Office, *steps: Any, region: Region | None = None) -> list[Any]:
    """A flow of these steps in use for a region and all below it; returns where a post is missing."""
    return put_in_use(region or office.tree.root, *steps)


def put_in_use(region: Region, *steps: Any) -> list[Any]:
    flow = flows.create_flow(SYSTEM, region=region, subject=SUBJECT, name=Words("项目流程"), body=definition(*steps))
    return flows.publish_flow(SYSTEM, flow).gaps


def division_of(department: Department, code: str = "118001") -> Department:
    """A division below a department."""
    return Department.objects.create(region=department.region, parent=department, code=code, name_zh_hans="预算股")


def kinds(case):
    return list(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))


def notices(actor):
    return list(Notice.objects.filter(user_id=actor.user_id).order_by("pk").values_list("kind", flat=True))


def open_tasks(case):
    return set(Task.objects.filter(case=case, state=TaskState.OPEN).values_list("user_id", flat=True))


def replays(case):
    """The rows are what the history says."""
    case = Case.objects.select_related("version__definition__region").get(pk=case.pk)
    state = state_of(case)
    assert (case.state, case.step, case.last_seq) == (state.status, state.step, state.seq)
    rows = {task.key: (task.user_id, task.state, task.kind) for task in case.tasks.all()}
    assert rows == {task.key: (task.user, task.state, task.kind) for task in state.tasks}
    return case
