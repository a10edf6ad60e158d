"""Places where a higher floor lends something to the kit: filled in AppConfig.ready(), frozen at first use."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from imbudget.kit.personal import Holding

T = TypeVar("T")


class Slot(Generic[T]):
    """Holds exactly one thing, given once at start-up."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._value: T | None = None

    def fill(self, value: T) -> None:
        if self._value is not None and self._value is not value:
            raise RuntimeError(f"{self._name} is filled already")
        self._value = value

    def get(self) -> T:
        if self._value is None:
            raise RuntimeError(f"{self._name} was never filled: is its app installed?")
        return self._value


class Shelf(Generic[T]):
    """Holds things under names; another thing under the same name is an error, and so is a late one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: dict[str, T] = {}
        self._frozen = False

    def add(self, key: str, value: T) -> None:
        if self._rows.get(key) is value:
            return  # an app made ready twice, as Django's isolated apps of tests are
        if self._frozen:
            raise RuntimeError(f"{self._name} is frozen after start-up")
        if key in self._rows:
            raise RuntimeError(f"{key} stands in {self._name} already")
        self._rows[key] = value

    def get(self, key: str) -> T:
        self._frozen = True
        return self._rows[key]

    def items(self) -> Iterable[tuple[str, T]]:
        self._frozen = True
        return tuple(self._rows.items())

    def __contains__(self, key: str) -> bool:
        return key in self._rows


@dataclass(frozen=True, slots=True)
class Panel:
    """A tab that one app shows on another app's detail page; `name` is how addresses ask for it."""

    label: Any
    template: str
    context: Callable[..., dict[str, Any]]
    name: str = ""


class Panels(Shelf[list[Panel]]):
    """The tabs that apps lend to pages: several apps may lend to one page, each under names of its own."""

    def add(self, key: str, value: list[Panel]) -> None:
        lent = self._rows.get(key, [])
        new = [panel for panel in value if panel not in lent]
        if new and self._frozen:
            raise RuntimeError(f"{self._name} is frozen after start-up")
        if {panel.name for panel in new} & {panel.name for panel in lent}:
            raise RuntimeError(f"{key} has a tab of this name in {self._name} already")
        self._rows[key] = [*lent, *new]


@dataclass(frozen=True, slots=True)
class Habits:
    """How a person is used to a list: their saved views, the one it opens with, and their columns (with commas)."""

    views: list[Any]
    first: Any = None
    columns: str = ""


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """One line of `manage.py selfcheck`: returns a sentence when all is well, raises otherwise."""

    label: str
    run: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a person's daily digest: a registered kind of notice with its params, and where it leads."""

    kind: str
    params: dict[str, str] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True, slots=True)
class Unspent:
    """Authority that still holds money: what people call it, what is available of it, what payments on their way hold."""

    name: str
    available: Decimal
    reserved: Decimal

    @property
    def held(self) -> Decimal:
        return self.available + self.reserved


@dataclass(frozen=True, slots=True)
class Watched:
    """What watches payments says of one that is handed in: sentences that name the rule, its clause and what to do.

    A payment that is stopped is kept with its money held until it is taken back; one that is warned of goes on.
    """

    stops: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of regions that maps, time series and leaders' pages show; computed every half minute for all at once.

    `statement` is a SELECT without parameters of (year, region, value, count) for the own node of every region that has
    anything; a ratio (per cent) has the names of two other measures in `part_of` instead. `kind` is money (in yuan), count,
    percent or number; `direction` says what a high figure is: good, bad or neutral. `rows` gives the address of the rows behind
    it, called with `year` and either `region` or `unit`; `units` the figures of a region's own units, called with (region,
    year): unit → (value, count). `grows` is true where a year only adds to it, so that months can be told apart. `moves` is a SELECT of (year, region,
    day, value): what each dated row has added or taken away, from which months before the first computation are worked out once. One that is not
    `listed` is only the part of a ratio; `place` orders what pages offer. A ratio that is of few of many has `said`, a sentence
    with the numbers %(part)s, %(whole)s and %(all)s, and in `out_of` the measure that says how many there are in all.
    """

    label: Any
    kind: str
    grant: str
    unit: Any = ""
    direction: str = "neutral"
    statement: str = ""
    part_of: tuple[str, str] | None = None
    rows: Callable[..., str] | None = None
    units: Callable[[int, int], Mapping[int, tuple[Decimal, int | None]]] | None = None
    grows: bool = False
    moves: str = ""
    listed: bool = True
    place: int = 0
    said: Any = ""
    out_of: str = ""

    def __post_init__(self) -> None:
        if bool(self.statement) == bool(self.part_of):
            raise ValueError("a measure has either a statement or two measures that it is a ratio of")


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody says of one row of a list: who or what kind, the words, and where it is answered."""

    label: Any
    text: str
    url: str = ""
    act: Any = ""


@dataclass(frozen=True, slots=True)
class LineNote:
    """What an app above the budget says about one line of a sheet: a sentence, its colour, and where it leads."""

    text: str
    url: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One line of a card of a home page: what, how many, the list of its rows; `state` colours it (late, warn or '')."""

    label: Any
    count: int
    href: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class HomeCard:
    """A card of a home page; without lines it is not shown."""

    label: Any
    lines: tuple[HomeLine, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class HomeSource:
    """Who lends a card: shown on these homes (clerk, office, leader, auditor; '' is that of
    other posts, the administrators among them) to whom holds the grant, where the module is
    open. `read(actor)` asks a number of queries that does not grow with what it finds.
    """

    module: str
    grant: str
    homes: frozenset[str]
    read: Callable[[Any], HomeCard | None]


@dataclass(frozen=True, slots=True)
class ReceiptSource:
    """Of which operations on a model's rows whoever sees the row and holds the grant may take a receipt of the record."""

    grant: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where else than here a checkpoint of the record stands: on what kind of witness, which one, and under what reference."""

    kind: str
    name: str
    reference: str


saved_views: Slot[Any] = Slot("saved views of list pages")
download_record: Slot[Callable[..., Any]] = Slot("audit record of a download")
# The keys of all who are or were one of the three administrators, with the role that each held last.
administrators: Slot[Callable[[], Mapping[int, str]]] = Slot("administrators")
# Called with (actor, row) when the page of a person is opened.
person_seen: Slot[Callable[[Any, Any], Any]] = Slot("audit record of a look at a person")
# Called with (actor, row): the address of the row's whole trail, '' where the actor may not read it.
trail_of: Slot[Callable[[Any, Any], str]] = Slot("trail of a row")
# Who lets lists with personal data out as files: `may(actor)`, `form(data)`, `release(actor, …)` → the line that marks the file.
personal_exports: Slot[Any] = Slot("files of lists with personal data")
# Personal data by table ("disbursement.payee"): how it is masked, found and shown, and why it is held.
personal_data: Shelf[Holding] = Shelf("personal data of tables")
# What has an end: `due(before)` gives the rows whose time ran out, `end(keys)` does away with them (apps/persons/retention.py).
retention: Shelf[Any] = Shelf("periods after which data is done away with")
# Called with (actor, module): the sentence of a page that is closed because the actor's region does not have the module yet.
closed_module: Slot[Callable[[Any, str], str]] = Slot("words of a closed module")
# Called with a request that signs and the keys of what it signs: None where nothing is asked again, else the page that asks.
asked_again: Slot[Callable[[Any, Iterable[str]], Any]] = Slot("the proof before a signature")
# Called with (what, source, how many, seconds): how often the source has asked for that within the seconds, in all processes.
counted: Slot[Callable[[str, str, int, float], int]] = Slot("counters that all processes share")
# Who names acts by which somebody signs: key of the act → `kit.signatures.Signature`.
signatures: Shelf[Callable[[], Mapping[str, Any]]] = Shelf("acts that are signatures")
panels = Panels("panels")
checks: Shelf[Callable[..., Any]] = Shelf("submission checks")
project_checks: Shelf[Callable[..., Any]] = Shelf("submission checks of projects")
# What is said of single rows of a project's lists: called with (project, name of the list): number of the row → notes.
project_row_notes: Shelf[Callable[[Any, str], Mapping[int, tuple["Note", ...]]]] = Shelf("notes on rows of projects")
check_screens: Shelf[Callable[..., set[int]]] = Shelf("screens of submission checks")
# Called with (actor, document) inside the transaction that posts an authority document.
posted_documents: Shelf[Callable[[Any, Any], None]] = Shelf("what follows a posted authority document")
# Called with a project: year → the authority issued for it, which a change of the project may not go below.
issued_for_projects: Shelf[Callable[[Any], Mapping[int, Decimal]]] = Shelf("authority issued for projects")
# Called with a project: the authority that still holds money for it, which its end may not leave behind.
unspent_for_projects: Shelf[Callable[[Any], Iterable[Unspent]]] = Shelf("unspent authority of projects")
# Called with (actor, payment request) inside the transaction that hands it in, after its money is held.
payment_watchers: Shelf[Callable[[Any, Any], Watched]] = Shelf("what watches payments")
# Called with (payment request) inside the transaction in which its rows got their outcome.
settled_payments: Shelf[Callable[[Any], None]] = Shelf("what follows a payment that the bank has answered")
# Why a check cannot look at a document: a sentence, or nothing where it can.
check_gaps: Shelf[Callable[..., Any]] = Shelf("gaps of submission checks")
self_checks: Shelf[SelfCheck] = Shelf("self checks")
digest_sources: Shelf[Callable[[list[int]], dict[int, list[Line]]]] = Shelf("sources of the daily digest")
# What apps above the budget add to the demonstration: each loads its own part, in the order of the names.
demo_parts: Shelf[Callable[[], None]] = Shelf("parts of the demonstration")
# What apps above disbursement do on each day of the demonstration's payments: called with (play, region, day).
demo_days: Shelf[Callable[[Any, Any, Any], None]] = Shelf("days of the demonstration's payments")
# What apps above disbursement do once all of the demonstration is paid.
demo_ends: Shelf[Callable[[], None]] = Shelf("what follows the demonstration's payments")
# Figures of regions, in the order in which pages offer them.
measures: Shelf[Measure] = Shelf("measures of regions")
# Cards that apps lend to the home pages, in the order of their names.
home_cards: Shelf[HomeSource] = Shelf("cards of home pages")
# Tables whose every version is chained in evidence, so that what is written past the services is found.
chained_tables: Shelf[type[Any]] = Shelf("tables whose rows are chained")
job_kinds: Shelf[Any] = Shelf("kinds of background job")
# Called with (actor, budget sheet, its lines): number of a line → what is said beside it.
line_notes: Shelf[Callable[[Any, Any, Iterable[Any]], Mapping[int, Iterable[LineNote]]]] = Shelf(
    "notes on budget lines"
)
# What knows the data keys under which fields lie: `current()` is the one that encrypts now, or None; `get(number)` any of them.
data_keys: Slot[Any] = Slot("data keys")
# Called with the head of a key's values: how many lie under it where nothing can move them (frozen bodies with a digest).
key_holders: Shelf[Callable[[bytes], int]] = Shelf("what holds on to encryption keys")
# What lies encrypted outside encrypted columns: each encrypts anew what is under an old key and says how much it was.
key_rotations: Shelf[Callable[[], int]] = Shelf("rotations of encryption keys")
# Of what receipts of the record are taken, by the label of the model (apps.evidence.receipts).
receipt_sources: Shelf[ReceiptSource] = Shelf("sources of receipts")
# Called with the number of a record: the address of its receipt on paper.
receipt_paper: Slot[Callable[[int], str]] = Slot("receipts on paper")
# Called with a checkpoint of the record: where it is anchored.
checkpoint_anchors: Shelf[Callable[[Any], Iterable[Anchor]]] = Shelf("anchors of checkpoints")
