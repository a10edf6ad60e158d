"""Subsidies and standards: saved from pages, and brought in from files."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.projects.models import PolicyTag
from apps.regions.models import Region
from apps.subsidy import policies
from apps.subsidy.models import Coefficient, Cycle, Measure, PolicyLevel, Standard, Subsidy
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.tableimport import RowError, day

SUBSIDY = (
    "code",
    "name",
    "short_name",
    "level",
    "basis",
    "measure",
    "cycle",
    "due_month",
    "department",
    "hot_topic",
    "economic_prefix",
    "function_prefix",
    "publicity_days",
    "is_open",
)
STANDARD = (
    "subsidy",
    "year_id",
    "ban_rate",
    "balance_rate",
    "unit_rate",
    "floor",
    "cap",
    "valid_from",
    "valid_to",
    "source",
)


@act
def save_subsidy(actor: Actor, subsidy: Subsidy, values: Mapping[str, Any]) -> Subsidy:
    """Make or change a subsidy of the actor's region. Raises RuleViolation with what is wrong."""
    require(policies.may_configure(actor, subsidy.region_id))
    _take(subsidy, values, SUBSIDY)
    evidence.append("subsidy.subsidy_saved", subsidy, actor, code=subsidy.code, basis=subsidy.basis)
    return subsidy


@act
def save_standard(
    actor: Actor, standard: Standard, values: Mapping[str, Any], coefficients: Mapping[str, Decimal] | None = None
) -> Standard:
    """Make or change a standard of the actor's region; `coefficients` replace all those it has."""
    require(policies.may_configure(actor, standard.region_id))
    _take(standard, values, STANDARD)
    if coefficients is not None:
        standard.coefficients.all().delete()
        rows = [Coefficient(standard=standard, grass_class=name, value=value) for name, value in coefficients.items()]
        for row in rows:
            _refuse_unfit(row)
        Coefficient.objects.bulk_create(rows)
    evidence.append(
        "subsidy.standard_saved",
        standard,
        actor,
        year=standard.year_id,
        ban_rate=standard.ban_rate,
        balance_rate=standard.balance_rate,
        unit_rate=standard.unit_rate,
        floor=standard.floor,
        cap=standard.cap,
        source=standard.source,
    )
    return standard


def _take(row: Any, values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in values:
            setattr(row, name, values[name])
    _refuse_unfit(row)
    row.save()


def _refuse_unfit(row: Any) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error


class Rows:
    """Rows of a catalogue file; `put` makes or changes what a row names."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def region(self, code: str) -> Region:
        """The region of a code."""
        return _found(Region.objects.filter(code=code).first(), code)

    def put(self, row: dict[str, str]) -> str:
        """Returns created or changed."""
        raise NotImplementedError


class SubsidyRows(Rows):
    """code, region_code, name, short_name, level, basis, measure, cycle, due_month, economic_prefix, function_prefix, policy_tag."""

    def put(self, row: dict[str, str]) -> str:
        subsidy = Subsidy.objects.filter(code=row["code"]).first() or Subsidy(region=self.region(row["region_code"]))
        made = subsidy.pk is None
        tag = row.get("policy_tag", "")
        values: dict[str, Any] = {name: row[name] for name in ("code", "name", "short_name", "basis")}
        values |= {
            "level": _choice(PolicyLevel, row["level"]),
            "measure": _choice(Measure, row["measure"]),
            "cycle": _choice(Cycle, row.get("cycle") or "year"),
            "due_month": row.get("due_month") or "12",
            "economic_prefix": row.get("economic_prefix", ""),
            "function_prefix": row.get("function_prefix", ""),
            "hot_topic": _found(PolicyTag.objects.filter(code=tag).first(), tag) if tag else None,
        }
        save_subsidy(self.actor, subsidy, values)
        return "created" if made else "changed"


class StandardRows(Rows):
    """subsidy, region_code, year, ban_rate, balance_rate, unit_rate, floor, cap, valid_from, valid_to, source."""

    def put(self, row: dict[str, str]) -> str:
        subsidy = _found(Subsidy.objects.filter(code=row["subsidy"]).first(), row["subsidy"])
        region = self.region(row["region_code"])
        found = Standard.objects.filter(subsidy=subsidy, region=region, year_id=int(_number(row["year"]))).first()
        standard = found or Standard(region=region)
        values: dict[str, Any] = {
            "subsidy": subsidy,
            "year_id": int(_number(row["year"])),
            "floor": _number(row.get("floor") or "0"),
            "cap": _number(row["cap"]) if row.get("cap") else None,
            "valid_from": day(row["valid_from"]),
            "valid_to": day(row["valid_to"]),
            "source": row["source"],
        }
        values |= {name: _number(row.get(name) or "0") for name in ("ban_rate", "balance_rate", "unit_rate")}
        save_standard(self.actor, standard, values)
        return "changed" if found else "created"


class CoefficientRows(Rows):
    """subsidy, region_code, year, grass_class, coefficient; the other classes of the standard stay."""

    def put(self, row: dict[str, str]) -> str:
        found = Standard.objects.filter(
            subsidy__code=row["subsidy"], region__code=row["region_code"], year=int(_number(row["year"]))
        )
        standard = _found(found.first(), f"{row['subsidy']} {row['region_code']} {row['year']}")
        kept = {one.grass_class: one.value for one in standard.coefficients.all()}
        made = row["grass_class"] not in kept
        save_standard(self.actor, standard, {}, kept | {row["grass_class"]: _number(row["coefficient"])})
        return "created" if made else "changed"


ROWS: dict[str, type[Rows]] = {"subsidies": SubsidyRows, "standards": StandardRows, "coefficients": CoefficientRows}


def _found(row: Any, name: str) -> Any:
    if row is None:
        raise RowError(_("%(name)s is not known here.") % {"name": name})
    return row


def _choice(choices: Any, text: str) -> str:
    labels = {str(label): value for value, label in choices.choices}
    if text in choices.values:
        return text
    if text in labels:
        return labels[text]
    raise RowError(_("%(name)s is not known here.") % {"name": text})


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise RowError(_("%(text)s is not a number.") % {"text": text}) from error
    if not number.is_finite():
        raise RowError(_("%(text)s is not a number.") % {"text": text})
    return number
