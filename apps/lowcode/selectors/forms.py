"""Reading forms and answers: which form applies where, what upper levels demand, what an answer says."""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from apps.lowcode.formpolicies import may_see_sensitive
from apps.lowcode.models import Answer, FormDefinition, FormPurpose, FormVersion, VersionState
from apps.lowcode.schema.answers import plain_values
from apps.lowcode.schema.fields import FormSchema
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.sealing import SENSITIVE, masked, unseal
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor

# Of these there may be several at one place at the same time.
SEVERAL = frozenset({FormPurpose.SURVEY, FormPurpose.REVIEW})
KEPT = 256
_kept: dict[str, FormSchema] = {}


def schema_of(version: FormVersion) -> FormSchema:
    """The fields of a version; those of a published one are read once and kept, as what a digest stands for never changes."""
    schema = _kept.get(version.digest)
    if schema is None:
        schema = parse_form(version.body)
        if version.digest:
            if len(_kept) >= KEPT:
                _kept.clear()
            _kept[version.digest] = schema
    return schema


def form_for(purpose: str, region: Region, unit: Unit | None = None) -> FormVersion | None:
    """The published form of a purpose that applies at a place: the unit's own, the region's, else the next one above."""
    places = Q(definition__unit=None)
    if unit is not None:
        places |= Q(definition__unit=unit)
    versions = FormVersion.objects.filter(
        places,
        state=VersionState.PUBLISHED,
        definition__purpose=purpose,
        definition__region__in=region.get_ancestors(include_self=True),
    ).select_related("definition__region", "definition__unit")
    return versions.order_by(
        F("definition__unit").asc(nulls_last=True), "-definition__region__level", "-published_at", "-pk"
    ).first()


def applies_at(version: FormVersion, region: Region, unit: Unit | None) -> bool:
    """Whether a place may answer this form: it is its own, or of a level above."""
    definition = version.definition
    if definition.unit_id is not None:
        return unit is not None and definition.unit_id == unit.pk
    return region.get_ancestors(include_self=True).filter(pk=definition.region_id).exists()


def published_of(definition: FormDefinition) -> FormVersion | None:
    return definition.versions.filter(state=VersionState.PUBLISHED).first()


def draft_of(definition: FormDefinition) -> FormVersion | None:
    return definition.versions.filter(state=VersionState.DRAFT).first()


def versions_of(definition: FormDefinition) -> list[FormVersion]:
    return list(definition.versions.select_related("author").order_by("-number"))


def binding_versions(definition: FormDefinition) -> list[FormVersion]:
    """The forms whose locked fields a form must keep: what it was copied from, and what stands above for its purpose."""
    above = FormVersion.objects.filter(state=VersionState.PUBLISHED, definition__unit=None)
    above = above.exclude(definition=definition).select_related("definition__region")
    wanted = Q(pk__in=[])
    if definition.origin is not None:
        wanted |= Q(definition=definition.origin.definition_id)
    if definition.purpose not in SEVERAL:
        regions = definition.region.get_ancestors(include_self=definition.unit_id is not None)
        wanted |= Q(definition__purpose=definition.purpose, definition__region__in=regions)
    found = list(above.filter(wanted).order_by("definition__region__level", "pk"))
    origin = definition.origin
    if origin is not None and all(version.definition_id != origin.definition_id for version in found):
        found.append(origin)
    return found


def rivals_of(definition: FormDefinition) -> QuerySet[FormDefinition]:
    """Other forms of the same place and purpose that are in use."""
    if definition.purpose in SEVERAL:
        return FormDefinition.objects.none()
    same = FormDefinition.objects.filter(
        region=definition.region_id,
        unit=definition.unit_id,
        purpose=definition.purpose,
        versions__state=VersionState.PUBLISHED,
    )
    return same.exclude(pk=definition.pk)


def values_of(answer: Answer) -> dict[str, Any]:
    """What was answered, in clear."""
    return unseal(schema_of(answer.version), answer.values)


def fact_values(answer: Answer) -> dict[str, Any]:
    """What conditions of flows compare, by the keys of the schema's facts: a region, unit or code by its code."""
    schema = schema_of(answer.version)
    known = {fact.key for fact in schema.facts()}
    plain = plain_values(schema.fields, values_of(answer))
    return {key: value for key, value in plain.items() if key in known and value is not None}


def values_shown(actor: Actor, answer: Answer) -> dict[str, Any]:
    """What was answered, as this person may read it on a page: sensitive answers are masked for levels above."""
    schema, values = schema_of(answer.version), values_of(answer)
    return values if may_see_sensitive(actor, answer) else masked(schema, values, SENSITIVE)


def answer_of(subject_label: str, subject_id: Any) -> Answer | None:
    """The answers that belong to a document, the newest when there are several."""
    found = Answer.objects.filter(subject_label=subject_label, subject_id=str(subject_id))
    return found.select_related("version__definition", "region", "unit").order_by("-pk").first()


def by_state(definitions: QuerySet[FormDefinition]) -> QuerySet[FormDefinition]:
    """With whether each form is in use, only drawn up, or retired."""
    versions = FormVersion.objects.all()
    published = versions.filter(state=VersionState.PUBLISHED).values("definition")
    drafted = versions.filter(state=VersionState.DRAFT).values("definition")
    return definitions.annotate(
        standing=Case(
            When(pk__in=published, then=Value(VersionState.PUBLISHED)),
            When(pk__in=drafted, then=Value(VersionState.DRAFT)),
            default=Value(VersionState.RETIRED),
        )
    )
