"""Filters of monitoring forms, calls, rectifications, evaluations, spot checks and results."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ledger.filters.authorities import ANY, YearFilter
from apps.performance.models import (
    EvaluationKind,
    EvaluationState,
    FormState,
    Grade,
    Lamp,
    MendingOrigin,
    MendingState,
    SpotState,
    Suggestion,
    UseState,
)
from apps.performance.models.evaluating import EDITABLE
from apps.performance.models.mending import OPEN_MENDINGS
from apps.performance.models.watching import FILLABLE
from imbudget.kit.actor import Actor, Reach

MISSING = "missing"


class OfYearFilter(YearFilter):
    """Rows that hang on a project's year."""

    project = forms.CharField(label=_("project code"), max_length=21)
    own = forms.ChoiceField(label=_("own level"), choices=[*ANY, ("yes", _("yes"))])
    lookups = {**YearFilter.lookups, "year": "of__year", "project": "of__project__code__startswith", "own": "region"}
    resolved = frozenset({"project"})
    states: dict[str, Any] = {}  # a word of the filter that stands for several states

    def setup(self, actor: Actor) -> None:
        super().setup(actor)
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["own"]  # they see nothing else

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        if name == "own":
            return {"region": self.actor.region_id}
        if name == "state" and value in self.states:
            return {"state__in": self.states[value]}
        return super()._wanted(rows, name, value)


class FormFilter(OfYearFilter):
    """应报 / 已报 / 未报."""

    month = forms.TypedChoiceField(
        label=_("up to month"), coerce=int, empty_value=None, choices=ANY + [(n, str(n)) for n in range(1, 13)]
    )
    state = forms.ChoiceField(label=_("state"), choices=[*ANY, (MISSING, _("not handed in")), *FormState.choices])
    goal_lamp = forms.ChoiceField(label=_("lamp of the goals"), choices=ANY + list(Lamp.choices))
    budget_lamp = forms.ChoiceField(label=_("lamp of the budget"), choices=ANY + list(Lamp.choices))
    lookups = {
        **OfYearFilter.lookups,
        "month": "month",
        "state": "state",
        "goal_lamp": "goal_lamp",
        "budget_lamp": "budget_lamp",
    }
    states = {MISSING: FILLABLE}


class CallFilter(YearFilter):
    """Calls by year and region."""

    lookups = {"year": "year_id", "region": "region"}

    def setup(self, actor: Any) -> None:
        super().setup(actor)
        self.fields.pop("unit", None)


class RectificationFilter(OfYearFilter):
    """Which rectifications."""

    state = forms.ChoiceField(
        label=_("state"), choices=[*ANY, ("unsettled", _("all that are open")), *MendingState.choices]
    )
    origin = forms.ChoiceField(label=_("came of"), choices=ANY + list(MendingOrigin.choices))
    late = forms.ChoiceField(label=_("overdue"), choices=[*ANY, ("yes", _("overdue only"))])
    lookups = {**OfYearFilter.lookups, "state": "state", "origin": "origin", "late": "due__lt"}
    states = {"unsettled": OPEN_MENDINGS}

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        if name == "late":
            return {"due__lt": timezone.localdate(), "state__in": [MendingState.OPEN, MendingState.RETURNED]}
        return super()._wanted(rows, name, value)


class EvaluationFilter(OfYearFilter):
    """应报 / 已报 / 未报, by kind and grade."""

    kind = forms.ChoiceField(label=_("kind of evaluation"), choices=ANY + list(EvaluationKind.choices))
    state = forms.ChoiceField(label=_("state"), choices=[*ANY, (MISSING, _("not handed in")), *EvaluationState.choices])
    grade = forms.ChoiceField(label=_("grade"), choices=ANY + list(Grade.choices))
    lookups = {**OfYearFilter.lookups, "year": "year_id", "kind": "kind", "state": "state", "grade": "grade"}
    states = {MISSING: EDITABLE}


class SpotFilter(OfYearFilter):
    """Which spot checks."""

    state = forms.ChoiceField(label=_("state"), choices=ANY + list(SpotState.choices))
    lookups = {
        **OfYearFilter.lookups,
        "year": "evaluation__year",
        "state": "state",
        "project": "evaluation__of__project__code__startswith",
    }


class ResultFilter(OfYearFilter):
    """Which results."""

    grade = forms.ChoiceField(label=_("grade"), choices=ANY + list(Grade.choices))
    decision = forms.ChoiceField(label=_("for next year's budget"), choices=ANY + list(Suggestion.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(UseState.choices))
    lookups = {
        **OfYearFilter.lookups,
        "year": "year_id",
        "grade": "grade",
        "decision": "decision",
        "state": "state",
    }
