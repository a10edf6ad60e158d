"""What lowcode is told of a type of document by the app that owns it: facts to decide by, and what a decision means.

A higher app calls `bind` in its `AppConfig.ready()`. The callbacks run inside the transaction of the act, under the
lock of the case: `entered` for each step reached that names a stage (the first one included), `answered` for what a
step asks, and one of `approved`, `returned`, `rejected`, `withdrawn` at the end.

Locks are taken in one order: case, document. A service of the document that needs both begins with
`services.cases.lock_case`. A fact that was once offered stays known to the versions that ask for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from apps.lowcode.conditions import Fact, plain
from imbudget.kit.actor import Actor
from imbudget.kit.findings import Finding
from imbudget.kit.registry import Shelf
from imbudget.kit.signatures import Asks, Signature

Callback = Callable[[Actor, Any], None]
CallbackWithReason = Callable[[Actor, Any, str], None]


@dataclass(frozen=True, slots=True)
class Owed:
    """What somebody has to do with a document before they may sign it: why, what it is called, and its page."""

    reason: str
    label: Any
    url: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A type of document and what its app does with it. `rejected` and `withdrawn` are `returned` where not given.

    `read` gives the values of `facts`; `facts_in` more facts that a region's own form adds; `asks` what a step may
    ask its approvers (key → choices as (value, label)), `fields` the parts that a return may point to (key → label),
    `makers` the users who drew the document up: they sign it nowhere, whoever hands it in; `findings` what checks of the
    document say to whoever decides on it; `owes` what the person about to sign must do with the document first. `is_long`
    says of a document (by its key) that its approval may take longer than a page may: a job signs it. `part` is a template
    and its values: what of the document is shown beside the signature. `asks_again` says whether who signs one is asked again
    who they are: always, or as the security administrator decides (kit.signatures).

    Types of document that come by the thousand give two more: `gather` loads at once what `read` and `makers` ask of
    many documents, `approved_many` does to many what `approved` does to one, and says of which it could not, and why.
    """

    subject: str
    label: Any
    model: str
    facts: tuple[Fact, ...]
    read: Callable[[Any], dict[str, Any]]
    approved: Callback
    returned: CallbackWithReason
    rejected: CallbackWithReason | None = None
    withdrawn: CallbackWithReason | None = None
    stages: Mapping[str, Any] = field(default_factory=dict)
    entered: Callable[[Actor, Any, str], None] | None = None
    asks: Mapping[str, Iterable[tuple[str, Any]]] = field(default_factory=dict)
    answered: Callable[[Actor, Any, str, str], None] | None = None
    fields: Callable[[], Mapping[str, Any]] | None = None
    facts_in: Callable[[Any], tuple[Fact, ...]] | None = None
    makers: Callable[[Any], Iterable[int]] | None = None
    findings: Callable[[Any], Iterable[Finding]] | None = None
    owes: Callable[[Actor, Any], Owed | None] | None = None
    gather: Callable[[Sequence[Any]], None] | None = None
    approved_many: Callable[[Actor, Sequence[Any]], Mapping[int, str]] | None = None
    is_long: Callable[[int], bool] | None = None
    part: tuple[str, Callable[[Any], dict[str, Any]]] | None = None
    asks_again: Asks = Asks.IF_WANTED

    @property
    def documents(self) -> Any:
        """The model of the document."""
        return apps.get_model(self.model)

    def document(self, pk: int) -> Any:
        """The document itself; its app never deletes one that went through a flow."""
        return self.documents._base_manager.get(pk=pk)

    def facts_for(self, region: Any) -> tuple[Fact, ...]:
        """The facts that a flow of this region may ask for."""
        return (*self.facts, *(self.facts_in(region) if self.facts_in else ()))

    def ask_label(self, key: str) -> str:
        """What a step asks for: called as the fact of the same key is, or the one with the same choices."""
        choices = [str(value) for value, _label in self.asks.get(key, ())]
        named = [fact for fact in self.facts if fact.key == key]
        alike = [fact for fact in self.facts if fact.choices and [str(value) for value, _l in fact.choices] == choices]
        return str([*named, *alike][0].label) if named or alike else key

    def values_of(self, document: Any) -> dict[str, Any]:
        """The document's values as JSON: amounts and dates as text."""
        return {key: plain(value) for key, value in self.read(document).items()}

    def submission(self, document: Any, values: dict[str, Any]) -> dict[str, Any]:
        """What the event of a hand-in keeps of the document."""
        return {"values": values} | ({"makers": list(self.makers(document))} if self.makers else {})

    def owed_by(self, actor: Actor, document: Any) -> Owed | None:
        """What the actor must do with the document before they sign it; None where nothing is in the way."""
        return self.owes(actor, document) if self.owes else None

    def is_seen_by(self, actor: Actor, document: models.Model) -> bool:
        """Whether the actor's scope holds the document."""
        return self.documents.objects.visible_to(actor).filter(pk=document.pk).exists()


_bindings: Shelf[Binding] = Shelf("types of document that go through flows")


def bind(binding: Binding) -> None:
    """Make a type of document known; called from AppConfig.ready()."""
    if binding.subject not in _bindings:  # an app made ready twice, as Django's isolated apps of tests are
        _bindings.add(binding.subject, binding)


def get(subject: str) -> Binding | None:
    """The binding of a type of document; None when its app is not installed."""
    return _bindings.get(subject) if subject in _bindings else None


def need(subject: str) -> Binding:
    """The binding of a type of document that must be there."""
    binding = get(subject)
    if binding is None:
        raise LookupError(_("There is no type of document “%(subject)s” here.") % {"subject": subject})
    return binding


def all_bindings() -> Iterable[Binding]:
    """Every type of document."""
    return tuple(binding for _subject, binding in _bindings.items())


def signatures() -> dict[str, Signature]:
    """What signing a document of each type is called, and whether it asks again who signs."""
    return {binding.subject: Signature(binding.label, binding.asks_again) for binding in all_bindings()}
