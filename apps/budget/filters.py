"""Filters of the budget's lists."""

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.budget.checklist import CHECKLIST
from apps.budget.models import (
    BudgetRound,
    ControlState,
    ExpenditureKind,
    FindingLevel,
    SheetState,
    StaffCategory,
    StaffChangeState,
    StandardChangeState,
    StandardKind,
)
from apps.budget.selectors.rollup import CATALOGS, Dimension
from apps.codes.models import Code, FiscalYear
from apps.regions.models import UnitNature
from apps.regions.pickers import region_picker, unit_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

ANY = [("", "—")]


class RoundFilter(FilterForm):
    """Year, round, region and unit."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int, empty_value=None)
    round = forms.ChoiceField(label=_("round"), choices=ANY + list(BudgetRound.choices))
    region = PickerField(region_picker, label=_("region"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    lookups = {"year": "year_id", "round": "round", "region": "region_id", "unit": "unit_id"}

    def setup(self, actor: Actor) -> None:
        self.fields["year"].choices = ANY + [(y, y) for y in FiscalYear.objects.values_list("year", flat=True)]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]
        if actor.reach == Reach.UNITS and len(actor.unit_ids) <= 1:
            del self.fields["unit"]


class SheetFilter(RoundFilter):
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(SheetState.choices))
    lookups = {**RoundFilter.lookups, "state": "state"}


class LineFilter(RoundFilter):
    function = forms.CharField(label=_("function code"), max_length=7)
    department_economic = forms.CharField(label=_("department economic class"), max_length=5)
    government_economic = forms.CharField(label=_("government economic class"), max_length=5)
    fund = forms.CharField(label=_("fund type"), max_length=7)
    kind = forms.ChoiceField(label=_("kind of expenditure"), choices=ANY + list(ExpenditureKind.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(SheetState.choices))
    lookups = {
        **RoundFilter.lookups,
        "function": "function__code__startswith",
        "department_economic": "department_economic__code__startswith",
        "government_economic": "government_economic__code__startswith",
        "fund": "fund__code__startswith",
        "kind": "kind",
        "state": "sheet__state",
    }
    resolved = frozenset({*CATALOGS, "state"})

    def related(self, name: str, rows: QuerySet) -> QuerySet:
        """The codes of the chosen year in the filter's own tree; the sheets of the round within the actor's sight."""
        year = {"year": self.chosen["year"]} if "year" in self.chosen else {}
        if name in CATALOGS:
            return rows.filter(catalog=CATALOGS[name], **year)
        asked = {field: self.chosen[field] for field in ("round", "region", "unit") if field in self.chosen}
        return rows.visible_to(self.actor).filter(**year, **asked)

    def looked_through(self, rows: QuerySet) -> QuerySet:
        """A word means the codes of the chosen year, not their namesakes of other years."""
        return rows.filter(year=self.chosen["year"]) if rows.model is Code and "year" in self.chosen else rows


class StaffFilter(RoundFilter):
    """Head counts."""

    round = None
    category = forms.TypedChoiceField(label=_("staff category"), coerce=int, empty_value=None)
    lookups = {"year": "year_id", "region": "region_id", "unit": "unit_id", "category": "category_id"}

    def setup(self, actor: Actor) -> None:
        super().setup(actor)
        self.fields["category"].choices = ANY + [(row.pk, str(row)) for row in StaffCategory.objects.all()]


class StaffChangeFilter(RoundFilter):
    """Head counts on their way."""

    round = None
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(StaffChangeState.choices))
    lookups = {"year": "year_id", "region": "region_id", "unit": "unit_id", "state": "state"}


class StandardFilter(FilterForm):
    """Expenditure standards: those that hold in a year, of a kind, of a nature of units."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("kind of standard"), choices=ANY + list(StandardKind.choices))
    nature = forms.ChoiceField(label=_("nature of unit"), choices=ANY + list(UnitNature.choices))
    lookups = {"year": "valid_from__lte", "kind": "kind", "nature": "nature"}

    def setup(self, actor: Actor) -> None:
        self.fields["year"].choices = ANY + [(y, y) for y in FiscalYear.objects.values_list("year", flat=True)]

    def narrow(self, rows: QuerySet) -> QuerySet:
        year = self.chosen.get("year")
        rows = super().narrow(rows)
        return rows.filter(valid_to__gte=year) if year else rows


class StandardChangeFilter(FilterForm):
    """Expenditure standards on their way."""

    region = PickerField(region_picker, label=_("region"))
    kind = forms.ChoiceField(label=_("kind of standard"), choices=ANY + list(StandardKind.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(StandardChangeState.choices))
    lookups = {"region": "region_id", "kind": "kind", "state": "state"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]


class FindingFilter(FilterForm):
    """Findings of one run."""

    check = forms.ChoiceField(label=_("check"), choices=[*ANY, *((item.code, item.label) for item in CHECKLIST)])
    level = forms.ChoiceField(label=_("level"), choices=ANY + list(FindingLevel.choices))
    region = PickerField(region_picker, label=_("region"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    lookups = {"check": "code", "level": "level", "region": "region_id", "unit": "unit_id"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]


class ControlLevel(models.TextChoices):
    """Whose figures a list shows."""

    POOL = "pool", _("pool of the region")
    DEPARTMENT = "department", _("departments")
    UNIT = "unit", _("units")


class ControlFilter(RoundFilter):
    """Control figures; replaced ones are shown when they are asked for."""

    round = None
    level = forms.ChoiceField(label=_("level"), choices=ANY + list(ControlLevel.choices))
    kind = forms.ChoiceField(label=_("kind of expenditure"), choices=ANY + list(ExpenditureKind.choices))
    fund = forms.CharField(label=_("fund type"), max_length=21)
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ControlState.choices))
    levels = {
        ControlLevel.POOL: {"department": None},
        ControlLevel.DEPARTMENT: {"department__isnull": False, "unit": None},
        ControlLevel.UNIT: {"unit__isnull": False},
    }
    lookups = {
        "year": "year_id",
        "region": "region_id",
        "unit": "unit_id",
        "kind": "kind",
        "fund": "fund__code__startswith",
        "state": "state",
    }
    resolved = frozenset({"fund"})

    def related(self, name: str, rows: QuerySet) -> QuerySet:
        year = {"year": self.chosen["year"]} if "year" in self.chosen else {}
        return rows.filter(catalog=CATALOGS[Dimension.FUND], **year)

    def narrow(self, rows: QuerySet) -> QuerySet:
        level = getattr(self, "cleaned_data", {}).get("level")
        rows = super().narrow(rows)
        return rows.filter(**self.levels[level]) if level else rows
