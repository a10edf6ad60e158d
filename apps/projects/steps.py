"""The steps of an application as the wizard walks through them, and the step on which each field stands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the wizard: the fields of the project and the lists that are entered there."""

    name: str
    label: str | Promise
    fields: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    hint: str | Promise = ""


FLAGS = ("is_capital", "is_research", "is_procurement", "is_service")
STEPS = (
    Step(
        "basics",
        _("basic data"),
        (
            "name",
            "category",
            "level",
            "upper",
            "origin",
            "start_year",
            "end_year",
            "responsible",
            "phone",
            *FLAGS,
        ),
        ("tags",),
    ),
    Step("grounds", _("grounds"), ("overview", "necessity", "feasibility", "organisation", "risks"), ("bases",)),
    Step(
        "funding",
        _("funding"),
        parts=("funding",),
        hint=_("The money of each year from each source. The total of the project is the sum of these lines."),
    ),
    Step(
        "costs",
        _("calculation"),
        parts=("costs",),
        hint=_(
            "What the money is spent on: quantity × unit price, with the basis. Each year adds up to its funding."
            " The government economic class follows from the department one and the nature of the unit."
        ),
    ),
    Step("schedule", _("schedule"), parts=("milestones",), hint=_("Milestones within the term, each with its goal.")),
    Step(
        "goals",
        _("performance goals"),
        parts=("goals",),
        hint=_(
            "What the money is to bring about: at least one indicator of output and one of benefit, each with its target."
        ),
    ),
    Step("attachments", _("attachments"), parts=("attachments",)),
    Step("form", _("the region's form"), parts=("answer",)),
    Step("check", _("check and submit")),
)
BY_NAME = {step.name: step for step in STEPS}
STEP_OF = {name: step.name for step in STEPS for name in (*step.fields, *step.parts)}


def step_of(field: str) -> str:
    """The step on which a field stands: `costs.price` on that of the costs; what is nowhere, on the first one."""
    return STEP_OF.get(field.partition(".")[0], STEPS[0].name)
