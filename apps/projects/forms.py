"""Forms of projects: the start page, the steps of an application, copies, requests for change.

The services read what was typed and say what they could not read; these forms carry widgets, labels and values.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear, YearState
from apps.files.forms import UploadField
from apps.projects.models import AttachmentKind, PolicyTag, Project, ProjectKind, ProjectLevel, ProjectOrigin
from apps.projects.pickers import category_picker, first_level_picker, project_picker
from apps.projects.steps import BY_NAME, FLAGS
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.forms import TableFileField, TextField
from imbudget.kit.pickers import PickerField

LONG = forms.Textarea(attrs={"rows": 5})


def _label(name: str) -> Any:
    return Project._meta.get_field(name).verbose_name


def years_open() -> list[tuple[int, str]]:
    """The years that take projects, the one being compiled first."""
    rows = FiscalYear.objects.exclude(state=YearState.CLOSED).order_by("-compiling", "-year")
    return [(year, str(year)) for year in rows.values_list("year", flat=True)]


class StartForm(forms.Form):
    """What a project cannot change later, and its name; or the project of last year that it goes on with."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("budget unit"), empty_label=None)
    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int, help_text=_("The first year that gives money."))
    copied = PickerField(
        project_picker,
        label=_("continue a project of last year"),
        required=False,
        help_text=_("Its grounds, lines and schedule are copied; leave it empty for a new project."),
    )
    kind = forms.ChoiceField(
        label=_("kind of project"), choices=ProjectKind.choices, initial=ProjectKind.TARGET, required=False
    )
    name = TextField(label=_("project name"), max_length=200, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, initial: Any = None) -> None:
        super().__init__(data=data, initial=initial)
        units = Unit.objects.filter(pk__in=actor.unit_ids).order_by("code")
        self.fields["unit"].queryset = units
        self.fields["year"].choices = years_open()
        self.fields["copied"].scope(actor)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("copied") and not values.get("name") and "name" not in self.errors:
            self.add_error("name", _("Give the project a name."))
        return values


class CopyForm(forms.Form):
    """The year in which a project goes on."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = years_open()


class StepForm(forms.Form):
    """One step: nothing is required while a draft is written, and what the service refuses is added as an error."""

    step = ""
    use_required_attribute = False

    def __init__(self, data: Any = None, *, project: Project, actor: Actor) -> None:
        super().__init__(data, initial=self.values_of(project))
        self.project = project
        for field in self.fields.values():
            field.required = False
            if isinstance(field, PickerField):
                field.scope(actor)
        self.prepare(project)

    def values_of(self, project: Project) -> dict[str, Any]:
        return {name: getattr(project, name) for name in BY_NAME[self.step].fields}

    def prepare(self, project: Project) -> None:
        """Choices and labels that depend on the project."""

    def written(self) -> dict[str, Any]:
        """The fields as they were typed, for the service to read."""
        sent = self.data
        flags = {name: name in sent for name in FLAGS if name in self.fields}
        return {name: sent.get(name, "") for name in BY_NAME[self.step].fields} | flags


class BasicsForm(StepForm):
    step = "basics"
    name = TextField(label=_label("name"), max_length=200)
    category = PickerField(category_picker, label=_label("category"))
    level = forms.ChoiceField(label=_label("level"), choices=ProjectLevel.choices)
    upper = PickerField(first_level_picker, label=_label("upper"), help_text=_("For a second-level project."))
    origin = forms.ChoiceField(label=_label("origin"), choices=ProjectOrigin.choices)
    start_year = forms.CharField(
        label=_label("start_year"), max_length=4, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    end_year = forms.CharField(
        label=_label("end_year"), max_length=4, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    responsible = TextField(label=_label("responsible"), max_length=60)
    phone = TextField(label=_label("phone"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    is_capital = forms.BooleanField(label=_label("is_capital"))
    is_research = forms.BooleanField(label=_label("is_research"))
    is_procurement = forms.BooleanField(label=_label("is_procurement"))
    is_service = forms.BooleanField(label=_label("is_service"))
    tags = forms.MultipleChoiceField(label=_label("tags"), widget=forms.CheckboxSelectMultiple)

    def values_of(self, project: Project) -> dict[str, Any]:
        values = super().values_of(project)
        values |= {"category": project.category_id, "upper": project.upper_id}
        return values | {"tags": [str(pk) for pk in project.project_tags.values_list("tag_id", flat=True)]}

    def prepare(self, project: Project) -> None:
        year, chosen = project.setup_year, self.initial["tags"]
        tags = [tag for tag in PolicyTag.objects.all() if tag.is_valid_in(year) or str(tag.pk) in chosen]
        self.fields["tags"].choices = [(str(tag.pk), str(tag)) for tag in tags]
        for name in ("category", "upper"):
            self.fields[name].widget.label = str(getattr(project, name) or "")


class GroundsForm(StepForm):
    step = "grounds"
    overview = TextField(
        label=_label("overview"), max_length=10_000, widget=LONG, help_text=_("What is done, where, for whom.")
    )
    necessity = TextField(label=_label("necessity"), max_length=10_000, widget=LONG)
    feasibility = TextField(label=_label("feasibility"), max_length=10_000, widget=LONG)
    organisation = TextField(label=_label("organisation"), max_length=10_000, widget=LONG)
    risks = TextField(
        label=_label("risks"), max_length=10_000, widget=LONG, help_text=_("With what is done against them.")
    )


class ChangeForm(forms.Form):
    """Why, until when, and what for; the lists of money and milestones stand beside it."""

    reason = TextField(label=_("reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    end_year = forms.IntegerField(label=_label("end_year"), min_value=2000, max_value=2099)
    targets = TextField(
        label=_("targets"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In words, where the targets shall be others."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ImportForm(forms.Form):
    """A file of projects."""

    file = TableFileField(label=_("workbook"))
    year = forms.TypedChoiceField(
        label=_("fiscal year"), coerce=int, help_text=_("Of projects whose row names no year of set-up.")
    )
    partial = forms.BooleanField(
        label=_("import the good rows even if others are wrong"),
        required=False,
        help_text=_("Otherwise one bad cell refuses the whole file."),
    )
    dry_run = forms.BooleanField(label=_("only check, do not import"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = years_open()


class AttachmentForm(forms.Form):
    """One file, and what it is to the application."""

    kind = forms.ChoiceField(label=_("kind of attachment"), choices=AttachmentKind.choices)
    file = UploadField(label=_("file"))

    def __init__(self, data: Any = None, files: Any = None, *, project: Project) -> None:
        super().__init__(data=data, files=files)
        self.fields["file"].widget.at(project.region_id, project.unit_id)


STEP_FORMS: dict[str, type[StepForm]] = {"basics": BasicsForm, "grounds": GroundsForm}
