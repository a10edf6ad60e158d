"""Acts on forms: save or discard a draft, publish, copy, import, retire."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode import formpolicies as policies
from apps.lowcode.errors import Collector, DefinitionError, DefinitionErrors
from apps.lowcode.models import FormDefinition, FormPurpose, FormVersion, VersionState
from apps.lowcode.schema.fields import FORMAT
from apps.lowcode.schema.locks import loosened
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.selectors import forms as selectors
from apps.lowcode.services import versions
from apps.lowcode.words import Words, parse_words
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

MAX_BODY = 1_000_000


class BadDefinition(RuleViolation):
    """A definition that says something wrong; `errors` names each place."""

    def __init__(self, errors: list[DefinitionError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form belongs: a region, or one unit of it."""

    region: Region
    unit: Unit | None = None


@act
def create_form(actor: Actor, *, place: Place, purpose: str, code: str, name: Words) -> FormDefinition:
    """A new form with an empty draft."""
    require(policies.may_design_in(actor, place.region, place.unit))
    definition = _create(place, purpose, code, name)
    versions.begin(actor, definition, {"format": FORMAT, "fields": []})
    evidence.append("lowcode.form_saved", definition, actor, version=1, fields=0)
    return definition


@act
def save_form(actor: Actor, definition: FormDefinition, *, body: Any, revision: int | None = None) -> FormVersion:
    """Keep a draft; a form in use gets its next version. Raises BadDefinition.

    With `revision` (0 where there was no draft), raises RuleViolation when someone else has saved since it was read.
    """
    require(policies.may_design(actor, definition))
    version = _save(actor, definition, _canonical(body), revision)
    evidence.append(
        "lowcode.form_saved", definition, actor, version=version.number, fields=len(version.body.get("fields", ()))
    )
    return version


@act
def rename_form(actor: Actor, definition: FormDefinition, *, name: Words) -> None:
    """Give a form another name."""
    require(policies.may_design(actor, definition))
    definition.name_zh_hans, definition.name_mvf = name.zh, name.mn
    _checked(definition)
    definition.save(update_fields=["name", "name_zh_hans", "name_mvf", "updated_at"])
    evidence.append("lowcode.form_saved", definition, actor, name=name.zh)


@act
def publish_form(actor: Actor, definition: FormDefinition) -> FormVersion:
    """Put the draft into use and freeze it; the version before it is kept for what began with it.

    Raises BadDefinition when it lacks or loosens what an upper level has locked.
    """
    require(policies.may_design(actor, definition))
    definition = _locked(definition)
    # Two forms of one purpose that are published at the same time wait for each other here.
    Region.objects.select_for_update(of=("self",), no_key=True).get(pk=definition.region_id)
    draft = versions.draft_for_use(definition)
    _refuse_rival(definition)
    schema = _parsed(draft.body)
    for upper in selectors.binding_versions(definition):
        wrong = loosened(selectors.schema_of(upper), schema)
        if wrong:
            raise BadDefinition(wrong)
    return versions.put_into_use(actor, definition, draft, "lowcode.form_published")


@act
def retire_form(actor: Actor, definition: FormDefinition) -> None:
    """Take a form out of use; what was filled in stays readable."""
    require(policies.may_design(actor, definition))
    versions.take_out_of_use(actor, _locked(definition), "lowcode.form_retired", _("This form is not in use."))


@act
def discard_form(actor: Actor, definition: FormDefinition) -> bool:
    """Delete the draft of a form; returns whether the form is left: one that was never in use goes with it."""
    require(policies.may_design(actor, definition))
    return versions.discard(actor, _locked(definition), "lowcode.form_discarded")


@act
def copy_form(
    actor: Actor, version: FormVersion, *, place: Place, code: str, name: Words | None = None
) -> FormDefinition:
    """A form of one's own that begins as another one; locks of an upper level's form come along and stay."""
    require(policies.may_design_in(actor, place.region, place.unit))
    source = version.definition
    if version.state == VersionState.DRAFT:
        raise RuleViolation(_("A form can be copied once it is published."))
    comes_from_above = source.unit_id is None and selectors.applies_at(version, place.region, place.unit)
    name = name or Words(source.name_zh_hans, source.name_mvf or "")
    definition = _create(place, source.purpose, code, name, version if comes_from_above else None)
    versions.begin(actor, definition, version.body)
    evidence.append("lowcode.form_copied", definition, actor, source=str(source), version=version.number)
    return definition


@act
def import_form(actor: Actor, *, place: Place, data: Any) -> FormVersion:
    """The form of an exported file as a draft: of the form with its code at this place, or of a new one.

    Raises BadDefinition, which names each wrong field by its path.
    """
    require(policies.may_design_in(actor, place.region, place.unit))
    head, body = _split(data)
    definition = FormDefinition.objects.filter(region=place.region, unit=place.unit, code=head["code"]).first()
    if definition is None:
        definition = _create(place, head["purpose"], head["code"], head["name"])
    elif definition.purpose != head["purpose"]:
        raise RuleViolation(_("The form with the code %(code)s has another purpose.") % {"code": head["code"]})
    version = _save(actor, definition, body, None)
    evidence.append("lowcode.form_imported", definition, actor, version=version.number, digest=versions.digest_of(body))
    return version


def export_form(version: FormVersion) -> dict[str, Any]:
    """A version as the file that `import_form` reads: the same text for the same form, fit for version control."""
    definition = version.definition
    return {
        "format": FORMAT,
        "code": definition.code,
        "purpose": definition.purpose,
        "name": {"zh": definition.name_zh_hans, "mn": definition.name_mvf or ""},
        "fields": version.body.get("fields", []),
    }


def _canonical(body: Any) -> dict[str, Any]:
    written = _parsed(body).as_json()
    if len(json.dumps(written, ensure_ascii=False).encode()) > MAX_BODY:
        raise RuleViolation(_("The form is too large: leave fields or choices out."))
    return written


def _parsed(body: Any) -> Any:
    try:
        return parse_form(body)
    except DefinitionErrors as errors:
        raise BadDefinition(list(errors)) from errors


def _split(data: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Head and canonical body of an exported file."""
    wrong = Collector()
    if not isinstance(data, dict):
        raise BadDefinition([DefinitionError("", _("The definition of a form is a JSON object."))])
    code, purpose = data.get("code"), data.get("purpose")
    if not isinstance(code, str):
        wrong.add("code", _("This is not text."))
    if purpose not in FormPurpose.values:
        values = ", ".join(FormPurpose.values)
        wrong.add("purpose", _("One of these is needed here: %(values)s.") % {"values": values})
    name = parse_words(data.get("name"), "name", wrong, limit=120)
    rest = {key: value for key, value in data.items() if key not in ("code", "purpose", "name")}
    try:
        body = _canonical(rest)
    except BadDefinition as errors:
        wrong.errors += errors.errors
    if wrong.errors:
        raise BadDefinition(wrong.errors)
    return {"code": code, "purpose": purpose, "name": name}, body


def _create(place: Place, purpose: str, code: str, name: Words, origin: FormVersion | None = None) -> FormDefinition:
    definition = FormDefinition(
        region=place.region,
        unit=place.unit,
        purpose=purpose,
        code=code,
        origin=origin,
        name_zh_hans=name.zh,
        name_mvf=name.mn,
    )
    _checked(definition)
    definition.save()
    return definition


def _checked(definition: FormDefinition) -> None:
    try:
        definition.full_clean()
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error


def _save(actor: Actor, definition: FormDefinition, body: dict[str, Any], revision: int | None) -> FormVersion:
    stale = _("Someone else has saved this form meanwhile. Reload the page and make your changes once more.")
    return versions.keep_draft(actor, _locked(definition), body, revision, stale)


def _locked(definition: FormDefinition) -> FormDefinition:
    """The definition, held against others who save or publish it at the same time."""
    rows = FormDefinition.objects.select_related("region", "unit", "origin__definition")
    return rows.select_for_update(of=("self",)).get(pk=definition.pk)


def _refuse_rival(definition: FormDefinition) -> None:
    rival = selectors.rivals_of(definition).first()
    if rival is not None:
        text = _("“%(name)s” is in use here for the same purpose: retire it first.")
        raise RuleViolation(text % {"name": rival})
