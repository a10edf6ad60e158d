"""The two ways a rule says no, and the verdict of a policy."""

from dataclasses import dataclass


class RuleViolation(Exception):
    """A business rule said no; the message is translated and safe to show."""


class NotAllowed(RuleViolation):
    """The actor may see the object but may not do this to it (403 with the reason)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a policy: yes, or no with a translated reason."""

    ok: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.ok


ALLOWED = Verdict(True)


def refused(reason: str) -> Verdict:
    """A verdict that says no."""
    return Verdict(False, reason)


def require(verdict: Verdict) -> None:
    """Raise NotAllowed unless the verdict is a yes."""
    if not verdict:
        raise NotAllowed(verdict.reason)
