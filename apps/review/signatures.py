"""Acts of reviews that are signatures beside those of their flows."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.signatures import Asks, Signature

DRAW = "review.draw"
ALLOW = "review.allow_draw"


def signatures() -> dict[str, Signature]:
    """A draw binds: its record names who drew, and who allowed that it be done again."""
    return {
        DRAW: Signature(_("draw the experts of a review"), Asks.AT_FIRST),
        ALLOW: Signature(_("allow another draw"), Asks.AT_FIRST),
    }
