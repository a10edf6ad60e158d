"""Everybody whom the shipped flows need, and the flows in force."""

from dataclasses import dataclass
from typing import Any

from django.core.management import call_command

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World, clerk_of, head_of, make_world, officer_of
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects.models import Urgency
from imbudget.kit.actor import Actor
from imbudget.kit.testing.kept import kept


@dataclass
class Office:
    """Everybody whom the shipped flow needs for the banner's unit."""

    world: World
    clerk: Actor
    head: Actor
    department: Actor
    finance: Actor

    def hold(self, actor: Actor) -> Task:
        """The actor's only open task."""
        return Task.objects.select_related("case").get(user_id=actor.user_id, state="open")

    def approve(self, actor: Actor, **more: Any) -> None:
        tasks.approve(actor, self.hold(actor), **more)

    def approve_all(self, urgency: str = Urgency.IMPORTANT) -> None:
        self.approve(self.head)
        self.approve(self.department, asked={"urgency": urgency})
        self.approve(self.finance)


@kept
def make_office() -> Office:
    """A world of its own with the flows that are shipped."""
    world = make_world()
    call_command("load_flows", verbosity=0)
    unit = world.unit
    department = make_actor("department_reviewer", unit.department)
    return Office(world, clerk_of(unit), head_of(unit), department, officer_of(world.tree.banner))
