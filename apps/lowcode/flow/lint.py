"""What makes a well-formed flow unfit to be published: nothing may be circular, unreachable or signed by nobody."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.lowcode.conditions import All, Condition, Not, is_contradictory
from apps.lowcode.errors import DefinitionError
from apps.lowcode.flow.definition import APPLICANT, CHOOSE, PREVIOUS, Branch, Flow, Place, Step


def problems(flow: Flow) -> list[DefinitionError]:
    """Everything that forbids publishing, in reading order; empty when the flow is fit."""
    if not flow.all_steps():
        return [DefinitionError("steps", _("The flow has no step: nobody would approve anything."))]
    found = list(_doubled(flow))
    for node, place in flow.walk():
        found += _of_branch(flow, node, place) if isinstance(node, Branch) else _of_step(flow, node, place)
    if not _always_signed(flow.steps):
        found.append(
            DefinitionError(
                "steps", _("Some documents would pass no step at all: let one step apply to every document.")
            )
        )
    return found


def _doubled(flow: Flow) -> Iterator[DefinitionError]:
    seen: set[str] = set()
    for node, place in flow.walk():
        if node.key in seen:
            yield DefinitionError(f"{place.path}.key", _("The key “%(key)s” stands here twice.") % {"key": node.key})
        seen.add(node.key)


def _of_step(flow: Flow, step: Step, place: Place) -> Iterator[DefinitionError]:
    if step.when is not None and is_contradictory(All((*place.conditions, step.when)), flow.facts):
        yield DefinitionError(
            f"{place.path}.when", _("No document can meet this condition: the step is never reached.")
        )
    if step.return_to in (APPLICANT, PREVIOUS, CHOOSE):
        return
    if step.return_to not in place.before:
        yield DefinitionError(
            f"{place.path}.return_to",
            _("A return goes to a step that stands before this one on the same way: “%(key)s” does not.")
            % {"key": step.return_to},
        )


def _of_branch(flow: Flow, branch: Branch, place: Place) -> Iterator[DefinitionError]:
    path = f"{place.path}.branches"
    if len(branch.arms) < 2:
        yield DefinitionError(path, _("A branch has at least two ways."))
    if not branch.arms or branch.arms[-1].when is not None:
        yield DefinitionError(path, _("The last way of a branch is the default one and has no condition."))
    earlier: list[Condition] = []
    after_default = False
    for number, arm in enumerate(branch.arms):
        here = f"{path}[{number}]"
        if after_default:
            yield DefinitionError(here, _("This way stands after the default one and is never taken."))
            continue
        if arm.when in earlier:
            yield DefinitionError(f"{here}.when", _("An earlier way has the same condition: this one is never taken."))
        elif _is_shut(flow, arm.when, earlier, place):
            yield DefinitionError(f"{here}.when", _("No document can come here: this way is never taken."))
        after_default = arm.when is None
        earlier += [arm.when] if arm.when is not None else []


def _is_shut(flow: Flow, when: Condition | None, earlier: list[Condition], place: Place) -> bool:
    """Whether all documents that come to the branch are turned another way before this one."""
    parts = (*place.conditions, *((when,) if when is not None else ()), *(Not(condition) for condition in earlier))
    return bool(parts) and is_contradictory(All(parts), flow.facts)


def _always_signed(nodes: tuple[Step | Branch, ...]) -> bool:
    """Whether a document passes at least one step whatever its values are."""
    for node in nodes:
        if isinstance(node, Step):
            if node.when is None:
                return True
        elif node.arms and all(_always_signed(arm.steps) for arm in node.arms):
            return True
    return False
