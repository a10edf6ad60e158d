"""Acts on approval flows: begin one, save or discard a draft, publish, retire, import, export."""

import json
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.evidence import services as evidence
from apps.lowcode import bindings, policies
from apps.lowcode.errors import Collector, DefinitionError, DefinitionErrors
from apps.lowcode.flow.definition import Flow
from apps.lowcode.flow.lint import problems
from apps.lowcode.flow.parse import flow_as_json, parse_flow
from apps.lowcode.models import FlowDefinition, FlowVersion
from apps.lowcode.selectors.clashes import Clash, clashes_of
from apps.lowcode.selectors.gaps import Gap, gaps_of
from apps.lowcode.services import versions
from apps.lowcode.services.forms import BadDefinition
from apps.lowcode.words import Words, parse_words
from apps.regions.models import Region
from imbudget.kit import text
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

MAX_BODY = 200_000
EMPTY: dict[str, Any] = {"format": 1, "steps": []}


class Warnings(NamedTuple):
    """What forbids nothing but would leave documents waiting: posts missing, and two posts in the same hands."""

    gaps: list[Gap]
    clashes: list[Clash]


@act
def create_flow(
    actor: Actor, *, region: Region, subject: str, name: Words, body: dict[str, Any] | None = None
) -> FlowDefinition:
    """A flow of a region for a type of document, with a draft: empty, or the body of another flow to begin from."""
    require(policies.may_design_flows_in(actor, region))
    definition = _create(region, subject, name)
    versions.begin(actor, definition, _kept(EMPTY if body is None else body))
    evidence.append("lowcode.flow_saved", definition, actor, version=1)
    return definition


@act
def save_flow(actor: Actor, definition: FlowDefinition, *, body: Any, revision: int | None = None) -> FlowVersion:
    """Keep a draft as it is, finished or not; a flow in use gets its next version.

    With `revision`, raises RuleViolation when someone else has saved the draft since it was read.
    """
    require(policies.may_design_flow(actor, definition))
    version = _save(actor, definition, _kept(body), revision)
    evidence.append("lowcode.flow_saved", definition, actor, version=version.number)
    return version


@act
def publish_flow(actor: Actor, definition: FlowDefinition) -> Warnings:
    """Put the draft into use and freeze it; documents under way keep the version they began with.

    Raises BadDefinition when the flow is not fit. Returns at which steps nobody could act today, and where.
    """
    require(policies.may_design_flow(actor, definition))
    definition = _locked(definition)
    draft = versions.draft_for_use(definition)
    flow = _fit(definition, draft.body)
    draft.body = flow_as_json(flow)
    draft.save(update_fields=["body"])
    versions.put_into_use(actor, definition, draft, "lowcode.flow_published")
    return warnings_of(definition, flow)


def warnings_of(definition: FlowDefinition, flow: Flow) -> Warnings:
    """Where nobody could act: a post that nobody holds, or that only those hold who have signed before."""
    return Warnings(gaps_of(definition, flow), clashes_of(definition, flow))


@act
def retire_flow(actor: Actor, definition: FlowDefinition) -> None:
    """Take a flow out of use: new documents follow the flow of the level above; those under way keep theirs."""
    require(policies.may_design_flow(actor, definition))
    versions.take_out_of_use(actor, _locked(definition), "lowcode.flow_retired", _("This flow is not in use."))


@act
def discard_flow(actor: Actor, definition: FlowDefinition) -> bool:
    """Delete the draft of a flow; returns whether the flow is left: one that was never in use goes with it."""
    require(policies.may_design_flow(actor, definition))
    return versions.discard(actor, _locked(definition), "lowcode.flow_discarded")


@act
def import_flow(actor: Actor, *, region: Region, data: Any, subject: str = "") -> FlowVersion:
    """The flow of an exported file as a draft of the region's flow for its type of document.

    Raises BadDefinition, which names each wrong place by its path.
    """
    require(policies.may_design_flows_in(actor, region))
    found, name, body = _split(data, subject, region)
    definition = _definitions().filter(region=region, subject=found).first()
    if definition is None:
        definition = _create(region, found, name)
    version = _save(actor, definition, body, None)
    evidence.append("lowcode.flow_imported", definition, actor, version=version.number, digest=versions.digest_of(body))
    return version


@act
def load_default(actor: Actor, *, region: Region, data: Any, subject: str) -> bool:
    """Publish a flow that ships with the product, unless the region has one already."""
    if _definitions().filter(region=region, subject=subject).exists():
        return False
    version = import_flow(actor, region=region, data=data, subject=subject)
    publish_flow(actor, version.definition)
    return True


def export_flow(version: FlowVersion) -> dict[str, Any]:
    """A version as the file that `import_flow` reads: the same text for the same flow, fit for version control."""
    definition: Any = version.definition
    head = {
        "format": 1,
        "subject": definition.subject,
        "name": {"zh": definition.name_zh_hans, "mn": definition.name_mvf or ""},
    }
    return head | {key: value for key, value in version.body.items() if key != "format"}


def check_body(definition: FlowDefinition, body: Any) -> list[DefinitionError]:
    """What forbids publishing this body; empty when it is fit."""
    try:
        return problems(_parsed(definition.subject, definition.region, body))
    except BadDefinition as wrong:
        return wrong.errors


def _fit(definition: FlowDefinition, body: Any) -> Flow:
    flow = _parsed(definition.subject, definition.region, body)
    found = problems(flow)
    if found:
        raise BadDefinition(found)
    return flow


def _parsed(subject: str, region: Region, body: Any) -> Flow:
    binding = bindings.need(subject)
    try:
        return parse_flow(body, binding.facts_for(region), tuple(binding.stages), tuple(binding.asks))
    except DefinitionErrors as errors:
        raise BadDefinition(list(errors)) from errors


def _kept(body: Any) -> dict[str, Any]:
    """A draft as it is stored: an object of bounded size whose texts the database takes."""
    if not isinstance(body, dict):
        raise BadDefinition([DefinitionError("", _("The definition of a flow is a JSON object."))])
    try:
        kept = _printable(body)
        written = json.dumps(kept, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError, TypeError) as error:
        raise BadDefinition([DefinitionError("", _("The definition cannot be written as JSON."))]) from error
    if len(written.encode()) > MAX_BODY:
        raise RuleViolation(_("The flow is too large."))
    return kept


def _printable(value: Any) -> Any:
    """Without what the database does not take."""
    if isinstance(value, str):
        return text.printable(value)
    if isinstance(value, dict):
        return {text.printable(str(key)): _printable(inner) for key, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list) else value


def _split(data: Any, subject: str, region: Region) -> tuple[str, Words, dict[str, Any]]:
    """Type of document, name and canonical body of an exported file."""
    if not isinstance(data, dict):
        raise BadDefinition([DefinitionError("", _("The definition of a flow is a JSON object."))])
    wrong = Collector()
    found = data.get("subject", subject)
    if not isinstance(found, str) or bindings.get(found) is None or (subject and found != subject):
        wrong.add("subject", _("There is no such type of document here."))
        wrong.done_as(BadDefinition)
    name = parse_words(data.get("name", _named_as(found)), "name", wrong, limit=120)
    body: dict[str, Any] = {}
    try:
        body = flow_as_json(_parsed(found, region, {k: v for k, v in data.items() if k not in ("subject", "name")}))
    except BadDefinition as errors:
        wrong.errors += errors.errors
    wrong.done_as(BadDefinition)
    return found, name, body


def _named_as(subject: str) -> dict[str, str]:
    """The name of the type of document in both languages, for a file that gives the flow none."""
    words = {}
    for key, language in (("zh", "zh-hans"), ("mn", "mvf")):
        with override(language):
            words[key] = str(bindings.need(subject).label)[:120]
    return words


def _create(region: Region, subject: str, name: Words) -> FlowDefinition:
    bindings.need(subject)
    definition = FlowDefinition(
        region=region, subject=subject, code=subject.replace(".", "_")[:40], name_zh_hans=name.zh, name_mvf=name.mn
    )
    try:
        definition.full_clean()
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    definition.save()
    return definition


def _save(actor: Actor, definition: FlowDefinition, body: dict[str, Any], revision: int | None) -> FlowVersion:
    stale = _("Someone else has saved this flow meanwhile. Reload the page and make your changes once more.")
    return versions.keep_draft(actor, _locked(definition), body, revision, stale)


def _definitions() -> Any:
    return FlowDefinition.objects  # typed as what forms and flows have in common


def _locked(definition: FlowDefinition) -> FlowDefinition:
    """The definition, held against others who save or publish it at the same time."""
    return _definitions().select_related("region").select_for_update(of=("self",)).get(pk=definition.pk)
