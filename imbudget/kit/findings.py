"""What checks before a submission say: findings with level, message, basis and place, and their ranking.

A check is a function over the facts of a document that yields findings; higher apps add theirs to a shelf of
`kit.registry` at start-up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Level(StrEnum):
    """Whether a finding stops the hand-in."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"  # something could not be checked: not covered


RANKS = list(Level)  # from what stops the hand-in down to what was not covered


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found.

    `line` is the line's number, or None for the whole document; `field` names what to mend: `end_year`, or
    `costs.price` for a column of a list of lines.
    """

    level: Level
    check: str
    text: str | Promise
    basis: str | Promise
    line: int | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check said of a document; without a finding it is passed, unless `uncovered` says why it could not look."""

    check: str
    findings: tuple[Finding, ...]
    label: str | Promise = ""
    uncovered: str | Promise = ""

    @property
    def level(self) -> Level | None:
        """The worst level found; what was not covered is never passed."""
        if self.uncovered:
            return Level.NOTE
        return min((finding.level for finding in self.findings), key=RANKS.index, default=None)


def findings_of(results: Iterable[CheckResult]) -> list[Finding]:
    """All findings; errors first, then warnings, then notes, each by line."""
    found = [finding for result in results for finding in result.findings]
    return sorted(found, key=lambda finding: (RANKS.index(finding.level), finding.line or 0))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a hand-in."""
    return [finding for finding in findings if finding.level == Level.ERROR]
