"""Which flow a document takes, and what its versions say."""

from typing import Any

from apps.lowcode import bindings
from apps.lowcode.flow.definition import Flow
from apps.lowcode.flow.parse import read_published
from apps.lowcode.models import FlowDefinition, FlowVersion, VersionState
from apps.regions.models import Region

KEPT = 256
_kept: dict[tuple[str, str], Flow] = {}


def flow_for(subject: str, region: Region) -> FlowVersion | None:
    """The published flow of the nearest level: the region's own, else the next one above."""
    versions = FlowVersion.objects.filter(
        state=VersionState.PUBLISHED,
        definition__subject=subject,
        definition__region__in=region.get_ancestors(include_self=True),
    )
    return versions.select_related("definition__region").order_by("-definition__region__level").first()


def flow_of(version: FlowVersion) -> Flow:
    """The steps of a version that is or was in use; read once and kept, as what a digest stands for never changes."""
    subject = version.definition.subject
    key = (subject, version.digest)
    flow = _kept.get(key) if version.digest else None
    if flow is None:
        binding = bindings.need(subject)
        flow = read_published(version.body, binding.facts_for(version.definition.region))
        if version.digest:
            if len(_kept) >= KEPT:
                _kept.clear()
            _kept[key] = flow
    return flow


def published_of(definition: FlowDefinition) -> FlowVersion | None:
    """The version in use."""
    return definition.versions.filter(state=VersionState.PUBLISHED).first()


def draft_of(definition: FlowDefinition) -> FlowVersion | None:
    """The version that is worked on."""
    return definition.versions.filter(state=VersionState.DRAFT).first()


def versions_of(definition: FlowDefinition) -> list[FlowVersion]:
    """Every version, the newest first."""
    return list(definition.versions.select_related("author").order_by("-number"))


def upper_flow(subject: str, region: Region) -> FlowVersion | None:
    """The published flow that applies here from above, to begin one's own from."""
    return flow_for(subject, region.parent) if region.parent else None


def regions_concerned(definition: FlowDefinition) -> list[Region]:
    """Where this flow applies: its region and those below it, without those that follow a flow of their own below it."""
    region = definition.region
    below = region.get_descendants(include_self=True)
    flows: Any = FlowDefinition.objects  # the shared queryset knows only what forms and flows have in common
    own = flows.filter(subject=definition.subject, versions__state=VersionState.PUBLISHED, region__in=below).exclude(
        pk=definition.pk
    )
    shut = Region.objects.filter(pk__in=own.values("region")).get_descendants(include_self=True)
    return list(below.exclude(pk__in=shut.values("pk")).select_related("parent", "reports_to"))
