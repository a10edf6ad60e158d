"""What apps above the project library show within its pages: a step of the wizard, a tab, the task of who signs."""

from dataclasses import dataclass
from typing import Any

from apps.projects.models import Project
from imbudget.kit import registry

EDIT, DETAIL, TO_SIGN = (
    "projects.edit",
    "projects.detail",
    "projects.to_sign",
)  # names of places in `kit.registry.panels`


@dataclass(frozen=True, slots=True)
class Lent:
    """The template of another app, and what it says."""

    template: str
    context: dict[str, Any]


def lent_to(place: str, project: Project, page: Any = None, step: str = "") -> list[Lent]:
    """What is lent to a place, or to one step of it, about this project; `page` is the page that asks, where one does."""
    panels = registry.panels.get(place) if place in registry.panels else []
    return [Lent(panel.template, panel.context(page, project)) for panel in panels if panel.name == step]


def to_sign(project: Project) -> dict[str, Any]:
    """What stands beside the signature under an application."""
    return {"lent": lent_to(TO_SIGN, project)}
