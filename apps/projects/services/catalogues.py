"""Acts on what stands around projects: categories, policy tags, settings of regions."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.projects import policies
from apps.projects.codepattern import parse_pattern
from apps.projects.models import PolicyTag, ProjectCategory, ProjectSetting
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put
from imbudget.kit.errors import RuleViolation, require


@act
def put_category(actor: Actor, code: str, values: dict[str, Any]) -> str:
    """Make or change a category; returns created, changed or same."""
    require(policies.may_keep_catalogues(actor))
    row = ProjectCategory.objects.filter(code=code).first() or ProjectCategory(code=code)
    return put(row, values, _write)


@act
def put_tag(actor: Actor, code: str, values: dict[str, Any]) -> str:
    """Make or change a policy tag."""
    require(policies.may_keep_catalogues(actor))
    return put(PolicyTag.objects.filter(code=code).first() or PolicyTag(code=code), values, _write)


@act
def put_setting(actor: Actor, region: Region, values: dict[str, Any]) -> str:
    """Make or change a region's settings."""
    require(policies.may_configure(actor, region))
    return put(ProjectSetting.objects.filter(region=region).first() or ProjectSetting(region=region), values, _write)


@act
def save_catalogue_row(actor: Actor, row: ProjectCategory | PolicyTag) -> None:
    """Keep a category or tag that a form has filled."""
    require(policies.may_keep_catalogues(actor))
    changes = differences(row)
    _write(row)
    evidence.append("projects.catalogue_saved", row, actor, what=row._meta.label, changes=changes)


@act
def save_setting(actor: Actor, setting: ProjectSetting) -> None:
    """Keep the settings of a region that a form has filled."""
    require(policies.may_configure(actor, setting.region))
    changes = differences(setting)
    _write(setting)
    evidence.append("projects.setting_saved", setting, actor, changes=changes)


def _write(row: Any) -> None:
    if isinstance(row, ProjectSetting):
        _refuse_pattern(row.code_pattern)
        row.review_threshold, row.evaluation_threshold = (
            Decimal(row.review_threshold),
            Decimal(row.evaluation_threshold),
        )
    if isinstance(row, ProjectCategory):
        _refuse_circle(row)
    row.full_clean()
    row.save()


def _refuse_pattern(text: str) -> None:
    try:
        parse_pattern(text)
    except ValueError as error:
        reasons = {
            "shape": _("Write only the parts in braces, digits and capitals."),
            "part": _("The parts are {division:6}, {year:2}, {department:3}, {kind:1} and {sequence:n}."),
            "begin": _("A code begins with {division:6}{year:2}."),
            "sequence": _("The sequence stands last and has at least 4 digits."),
            "length": _("The code must have 21 characters."),
        }
        raise RuleViolation(reasons[str(error)]) from error


def _refuse_circle(row: ProjectCategory) -> None:
    above = row.parent
    while above is not None:
        if above.pk == row.pk and row.pk is not None:
            raise RuleViolation(_("A category cannot stand below itself."))
        above = above.parent


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of a catalogue."""
    evidence.append("projects.catalogue_imported", None, actor, what=what, file=file, **counts)
