"""Who may attach a file to a place, and who may delete one. What it is attached to has policies of its own."""

from django.utils.translation import gettext as _

from apps.files.models import StoredFile
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused


def may_store(actor: Actor, region: Region, unit: Unit | None) -> Verdict:
    """Attach a file to a place in one's own sight: posts that only look on attach nothing."""
    if actor.role != "system" and not actor.can("lowcode.act"):
        return refused(_("Your present post does not include this work. Switch posts in the page head."))
    if not _sees(actor, region, unit):
        return refused(_("Your present post does not include this place."))
    return ALLOWED


def may_discard(actor: Actor, stored: StoredFile) -> Verdict:
    """Delete a file: whoever attached it, as long as they see its place."""
    if actor.role == "system":
        return ALLOWED
    if stored.uploaded_by_id != actor.user_id or not _sees(actor, stored.region, stored.unit):
        return refused(_("Only the person who attached the file deletes it."))
    return ALLOWED


def _sees(actor: Actor, region: Region, unit: Unit | None) -> bool:
    match actor.reach:
        case Reach.EVERYTHING:
            return True
        case Reach.LEAGUE:
            return region.league_id == actor.league_id
        case Reach.REGION:
            return region.pk == actor.region_id
        case Reach.UNITS:
            return unit is not None and unit.pk in actor.unit_ids
        case _:
            return False
