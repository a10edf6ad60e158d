"""What is said of each finding; the record is named by its number, operation and subject as far as they can still be read."""

from collections.abc import Iterable, Mapping, Sequence

from apps.evidence.checking.findings import Finding
from apps.evidence.models import Entry

PIECE = 1000
WORDS: Mapping[str, str] = {
    "content": "{entry}: its content was changed",
    "hash": "{entry}: it is hashed by another function than the log",
    "batch": "batch {batch}: entries were added, removed, moved or changed",
    "removed": "place {place} of the log (batch {batch}, position {position}): the entry was removed",
    "inserted": "{entry}: it was inserted into batch {batch}, which did not seal it (position {position})",
    "moved": "{entry}: it was moved to place {place} of the log from place {other} (batch {batch})",
    "exchanged": "{entry}: it is not what was sealed at place {place} of the log (batch {batch}, position {position})",
    "other_leaf": "{entry}: the log holds another leaf for it at place {place} (batch {batch}, position {position})",
    "orphan": "{entry}: the batch {batch} that sealed it is gone",
    "reordered": "{entry}: it stands at place {place} of the log behind one of a later transaction (batch {batch})",
    "backdated": "{entry}: it is dated before batch {other} was sealed, though its transaction began later",
    "postdated": "{entry}: it is dated after batch {batch}, which sealed it",
    "torn_out": "{entry}: it was sealed at place {place} of the log and is torn out of its batch",
    "put_elsewhere": "{entry}: it was sealed at place {place} of the log and stands in batch {batch} now",
    "not_given": "tile {other}/{place} of the log is not what the entries give",
    "tile": "tile {other}/{place} of the log is not what the one above it was made from",
}


def worded(findings: Sequence[Finding]) -> Iterable[str]:
    """A sentence for each finding, in the order given."""
    names = _names({finding.entry for finding in findings if finding.entry})
    for finding in findings:
        values = finding.as_data() | {"entry": names.get(finding.entry, f"entry {finding.entry}")}
        yield WORDS[finding.kind].format(**values)


def matched(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, and of each record that stands elsewhere than it was sealed where it came from."""
    missing = missing_places(findings)
    found = list(findings)
    for finding in findings:
        place = missing.get(finding.leaf) if finding.kind in ("inserted", "exchanged") else None
        if place is not None:
            found.append(Finding("put_elsewhere", finding.entry, finding.batch, place=place))
    return found


def missing_places(findings: Iterable[Finding]) -> dict[str, int]:
    """The places of the log whose entries are not there any more, by leaf."""
    return {finding.leaf: finding.place for finding in findings if finding.kind == "removed"}


def _names(keys: set[int]) -> dict[int, str]:
    names, asked = {}, sorted(keys)
    for at in range(0, len(asked), PIECE):
        rows = Entry.objects.filter(pk__in=asked[at : at + PIECE])
        for pk, event, kind, key, label in rows.values_list(
            "pk", "event", "subject_type", "subject_id", "subject_label"
        ):
            subject = f", {kind} {key} {label}".rstrip() if kind else ""
            names[pk] = f"entry {pk} ({event}{subject})"
    return names
