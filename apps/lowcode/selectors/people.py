"""Whom the holder of a task may name, act by act: the list that a page offers is what the service lets through."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from apps.accounts.models import Post
from apps.lowcode.flow.rules import check_named
from apps.lowcode.flow.state import CaseState, EngineRefusal, TaskState
from apps.lowcode.selectors.candidates import Candidate, level_of

# Acts that name people, with the kinds of their events.
NAMING = {"delegate": "delegated", "add_signer": "signer_added", "consult": "consulted", "copy": "copied"}
Groups = list[tuple[str, list[tuple[int, str]]]]


def refuse_named(state: CaseState, kind: str, who: int | None, found: Candidate, level: int) -> None:
    """Raise EngineRefusal unless this act may name this person; `level` is that of the post whose task it is."""
    check_named(state, kind, who, found.user_id)
    if kind == "delegated" and found.level < level:
        raise EngineRefusal(
            "lower", _("A task is handed over to someone of the same level or above, not to one below.")
        )


def nameable(state: CaseState, act: str, who: int | None, found: Sequence[Candidate], level: int = 0) -> Groups:
    """Those of the people around a document whom an act may name, by the place of their post, as a choice shows them."""
    highest: dict[int, Candidate] = {}
    for each in found:
        known = highest.setdefault(each.user_id, each)
        highest[each.user_id] = max(known, each, key=lambda one: one.level)
    able = {user for user, each in highest.items() if _may_be_named(state, NAMING[act], who, each, level)}
    return _grouped(each for each in found if each.user_id in able)


def level_held(task: TaskState | None, found: Iterable[Candidate] = ()) -> int:
    """The level of the post that a task was given to; mostly one of the people around the document holds it."""
    if task is None or task.post is None:
        return 0
    known = next((each.level for each in found if each.post_id == task.post), None)
    return level_of(Post.objects.select_related("region").get(pk=task.post)) if known is None else known


def _may_be_named(state: CaseState, kind: str, who: int | None, found: Candidate, level: int) -> bool:
    try:
        refuse_named(state, kind, who, found, level)
    except EngineRefusal:
        return False
    return True


def _grouped(found: Iterable[Candidate]) -> Groups:
    groups: dict[str, dict[int, str]] = {}
    for each in found:
        groups.setdefault(each.place, {}).setdefault(each.user_id, f"{each.name} · {each.role}")
    return [(place, list(names.items())) for place, names in groups.items()]
