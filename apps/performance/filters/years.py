"""Which projects: the year, how they stand, where."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.ledger.filters.authorities import ANY, YearFilter
from apps.performance.models import Grade, Lamp, YearState

WATCHED = "watched"  # every state but that of a project which was dropped


class ProjectYearFilter(YearFilter):
    """Projects by year."""

    lamp = forms.ChoiceField(label=_("either lamp"), choices=ANY + list(Lamp.choices))
    goal_lamp = forms.ChoiceField(label=_("lamp of the goals"), choices=ANY + list(Lamp.choices))
    budget_lamp = forms.ChoiceField(label=_("lamp of the budget"), choices=ANY + list(Lamp.choices))
    grade = forms.ChoiceField(label=_("grade"), choices=ANY + list(Grade.choices))
    state = forms.ChoiceField(
        label=_("state"), choices=[*ANY, (WATCHED, _("all that are watched")), *YearState.choices]
    )
    scored = forms.ChoiceField(label=_("score given"), choices=[*ANY, ("yes", _("yes"))])
    project = forms.CharField(label=_("project code"), max_length=21)
    lookups = {
        **YearFilter.lookups,
        "lamp": "",
        "goal_lamp": "goal_lamp",
        "budget_lamp": "budget_lamp",
        "grade": "grade",
        "state": "state",
        "scored": "score__isnull",
        "project": "project__code__startswith",
    }
    resolved = frozenset({"project"})

    def narrow(self, rows: QuerySet) -> QuerySet:
        """A lamp of this colour, of the goals or of the budget."""
        lamp = self.chosen.get("lamp")
        return super().narrow(rows.filter(Q(goal_lamp=lamp) | Q(budget_lamp=lamp)) if lamp else rows)

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        if name == "state" and value == WATCHED:
            return {"state__in": [state for state in YearState.values if state != YearState.DROPPED]}
        if name == "scored":
            return {"score__isnull": False}
        return {} if name == "lamp" else super()._wanted(rows, name, value)
