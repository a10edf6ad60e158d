"""Acts on the classification of a year."""

from typing import Any

from apps.codes.models import Code, EconomicDerivation, FiscalYear
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.text import search_key


@act
def put_year(actor: Actor, year: int, values: dict[str, Any]) -> FiscalYear:
    """Make or change a fiscal year."""
    found, _created = FiscalYear.objects.update_or_create(year=year, defaults=values)
    return found


@act
def put_code(actor: Actor, catalog: str, year: int, code: str, values: dict[str, Any]) -> str:
    """Make or change one code; its parent stops being a leaf."""
    row = Code.objects.filter(catalog=catalog, year_id=year, code=code).first()
    outcome = "same"
    if row is None:
        row, outcome = Code(catalog=catalog, year_id=year, code=code), "created"
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            outcome = "changed" if outcome == "same" else outcome
    if outcome != "same":
        row.search_key = search_key(f"{code} {row.name_zh_hans} {row.name_mvf or ''}")[:500]
        row.full_clean(exclude=["search_key"])
        row.save()
        if row.parent_id:
            Code.objects.filter(pk=row.parent_id, is_leaf=True).update(is_leaf=False)
    return outcome


@act
def put_derivation(actor: Actor, department: Code, nature: str, government: Code, values: dict[str, Any]) -> str:
    """Make or change the government class that a department class leads to for one nature of unit."""
    keys = {"year_id": department.year_id, "department_economic": department, "nature": nature}
    wanted = {"government_economic": government, **values}
    row = EconomicDerivation.objects.filter(**keys).first()
    if row is None:
        EconomicDerivation.objects.create(**keys, **wanted)
        return "created"
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return "same"
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save(update_fields=list(wanted))
    return "changed"


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of codes."""
    evidence.append("codes.imported", None, actor, what=what, file=file, **counts)
