"""A year that is watched and evaluated, with the people who do it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World
from apps.codes.models import FiscalYear
from apps.files.models import StoredFile
from apps.lowcode.models import Task, TaskState
from apps.lowcode.services import tasks
from apps.performance import services
from apps.performance.models import (
    ActualValue,
    Evaluation,
    MonitoringForm,
    ProjectYear,
    Rectification,
    ResultUse,
    Target,
)
from apps.performance.selectors.watching import month_end
from apps.performance.services import evaluations
from apps.performance.tests.factories import make_year
from imbudget.kit.actor import Actor

FLOW = settings.BASE_DIR / "fixtures" / "flows" / "performance.evaluation.json"
D = Decimal
# What each of the goals of `factories.GOALS` reached: 85 % of the area, the rest in full.
REACHED = ("1700", "95", "180", "45", ("reached", "100"), "92")
LATER = timedelta(days=20)


def record(target: Target, value: Any, day: date | None = None, **values: Any) -> ActualValue:
    """A value that counts: a number, or (tier, share) of a goal in words."""
    if isinstance(value, tuple):
        values |= {"tier": value[0], "share": D(value[1])}
    elif value is not None:
        values["value"] = D(value)
    row = ActualValue.objects.create(
        target=target, as_of=day or date(target.of.year_id, 12, 31), source="manual", **values
    )
    Target.objects.filter(pk=target.pk).update(latest=row)
    return row


def money(of: ProjectYear, budget: str = "1000.00", executed: str = "1000.00", **values: Any) -> None:
    """What the ledger would say of it."""
    ProjectYear.objects.filter(pk=of.pk).update(budget=D(budget), initial=D(budget), executed=D(executed), **values)
    of.refresh_from_db()


def proof(of: ProjectYear) -> StoredFile:
    """A file at the unit."""
    return StoredFile.objects.create(region=of.region, unit=of.unit, name="整改.pdf", size=1)


@dataclass
class Office:
    """A project's year of the world's unit, and everybody who has to do with it."""

    world: World
    of: ProjectYear = field(init=False)

    def __post_init__(self) -> None:
        call_command("load_flows", str(FLOW), verbosity=0)
        self.of = make_year(self.world)
        money(self.of)
        self.year: FiscalYear = self.of.year
        self.clerk = make_actor("unit_clerk", self.of.unit)
        self.head = make_actor("unit_head", self.of.unit)
        self.reviewer = make_actor("department_reviewer", self.of.department)
        self.officer = make_actor("banner_officer", self.of.region)
        self.leader = make_actor("finance_leader", self.of.region)
        self.due = timezone.localdate() + LATER

    def reach(self, *values: Any, day: date | None = None) -> None:
        """Values for the targets in order."""
        for target, value in zip(self.of.targets.order_by("number"), values or REACHED, strict=False):
            if value is not None:
                record(target, value, day)

    def after(self, month: int) -> date:
        """A day by which forms of that month can be asked for, whatever the machine's day is."""
        return max(self.due, month_end(self.year.pk, month) + LATER)

    def form(self, month: int = 6) -> MonitoringForm:
        """Asked for by the officer."""
        services.issue_call(self.officer, self.of.region, self.year, month, self.after(month))
        return MonitoringForm.objects.select_related("of__region", "of__project", "of__year", "unit").get(
            of=self.of, month=month
        )

    def fill(self, form: MonitoringForm, **head: Any) -> None:
        """Everything explained, nothing handed in."""
        head = {"expected": D("1000.00"), "reason": "funds", "words": "资金到位较晚"} | head
        row = {"likelihood": "sure", "reason": "people", "words": "人员不足，已增派"}
        services.save_form(
            self.clerk, form, form.revision, head, dict.fromkeys(form.lines.values_list("pk", flat=True), row)
        )

    def submitted(self, month: int = 6, *values: Any) -> MonitoringForm:
        """A form that the unit has handed in."""
        self.reach(*values, day=date(self.year.pk, month, 20))
        form = self.form(month)
        self.fill(form)
        services.submit_form(self.clerk, form)
        return form

    def evaluation(self, kind: str = "self") -> Evaluation:
        """One that was begun."""
        actor = {"self": self.clerk, "department": self.reviewer, "finance": self.officer}[kind]
        made = services.begin_evaluation(actor, self.of, kind)
        return Evaluation.objects.select_related("of__region", "of__project", "scheme", "region", "unit").get(
            pk=made.pk
        )

    def explain(self, evaluation: Evaluation, actor: Actor | None = None, **row: Any) -> None:
        """Texts, and the same for every line."""
        texts = {"actual_goal": "完成补播1700亩", "execution_reason": "尾款未付"}
        row = {"reason": "春季干旱，秋季补播"} | row
        rows = dict.fromkeys(evaluation.lines.values_list("pk", flat=True), row)
        services.save_evaluation(actor or self.clerk, evaluation, evaluation.revision, texts, rows)

    def handed_in(self) -> Evaluation:
        """A self-evaluation on its way."""
        self.reach()
        evaluation = self.evaluation()
        self.explain(evaluation)
        services.submit_evaluation(self.clerk, evaluation)
        return evaluation

    def sign(self, evaluation: Evaluation) -> None:
        """Whoever has it signs, until nobody has."""
        while task := Task.objects.filter(
            case__subject=evaluations.SUBJECT, case__document_id=evaluation.pk, state=TaskState.OPEN
        ).first():
            tasks.approve(actor_of(Post.objects.with_nodes().select_related("user").get(pk=task.post_id)), task)
        evaluation.refresh_from_db()
        self.of.refresh_from_db()

    def approved(self) -> Evaluation:
        """A self-evaluation that everybody has signed: 97 points."""
        evaluation = self.handed_in()
        self.sign(evaluation)
        return evaluation

    def use(self) -> ResultUse:
        """The use of the result."""
        return ResultUse.objects.select_related("of__project", "of__region", "region", "unit").get(of=self.of)

    def rectification(self, **values: Any) -> Rectification:
        """Opened by the officer."""
        return services.open_rectification(self.officer, self.of, "进度滞后", "查明原因并整改", self.due, **values)
