"""Loading a map of real boundaries: never without the number under which it may be shown."""

import re

from django.utils.translation import gettext as _

from apps.dashboard import policies
from apps.dashboard.geojson import draw, features_of
from apps.dashboard.models import BoundaryMap, Outline
from apps.evidence import services as evidence
from apps.lowcode.jsontext import read_json
from apps.regions.models import Region, RegionKind
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3
from imbudget.kit.errors import RuleViolation, require

MAX_BYTES = 20 * 1024 * 1024
TOLD = 5
# 审图号 as surveying offices give them: 蒙S(2023)026号, GS(2019)1822号, GS京(2022)1061号.
NUMBER = re.compile(
    r"(?:审图号[:：]?)?((?:GS[\u4e00-\u9fff]?|[\u4e00-\u9fff][A-Z]?S)[(（〔\[]\d{4}[)）〕\]]\d{1,6}号)", re.IGNORECASE
)


@act
def load_boundaries(actor: Actor, region: Region, content: bytes, approval: str, source: str) -> BoundaryMap:
    """Show a map of the regions directly below one from now on; the one shown before is kept, not shown.

    Raises RuleViolation where the number is missing or no 审图号, where the file is none or does not hold exactly the
    regions below (finance-only zones may be missing: they have no boundary of their own).
    """
    require(policies.may_load_boundaries(actor))
    number = approval_number(approval)
    if not source.strip():
        raise RuleViolation(_("Say where the map comes from: who published it, and when."))
    if len(content) > MAX_BYTES:
        raise RuleViolation(_("The file is larger than %(most)d MB: simplify the outlines first.") % {"most": 20})
    features = features_of(read_json(content))
    below = _matched(region, {feature.code for feature in features})
    size, drawn = draw(features)
    # Two loads for one region wait for each other here.
    Region.objects.select_for_update().get(pk=region.pk)
    BoundaryMap.objects.filter(region=region, is_current=True).update(is_current=False)
    made = BoundaryMap.objects.create(
        region=region,
        approval=number,
        source=source.strip()[:300],
        digest=sm3(content).hex(),
        width=size[0],
        height=size[1],
        loaded_by=actor.name[:150],
    )
    Outline.objects.bulk_create(
        Outline(map=made, region=below[code], path=one.path, x=one.x, y=one.y) for code, one in drawn.items()
    )
    evidence.append(
        "dashboard.boundaries_loaded",
        region,
        actor,
        approval=number,
        source=made.source,
        digest=made.digest,
        count=len(drawn),
    )
    return made


def approval_number(text: str) -> str:
    """The number as it is printed on the map. Raises RuleViolation."""
    plain = re.sub(r"\s", "", text)
    if not plain:
        raise RuleViolation(_("A map is shown only with its approval number (审图号): enter it."))
    found = NUMBER.fullmatch(plain)
    if found is None:
        raise RuleViolation(
            _("“%(number)s” is no approval number of a map, such as 蒙S(2023)026号.") % {"number": plain[:40]}
        )
    return found[1]


def _matched(region: Region, codes: set[str]) -> dict[str, Region]:
    """The regions below by their codes, if the file holds these and no others."""
    below = {row.code: row for row in region.get_children()}
    if not below:
        raise RuleViolation(
            _("%(region)s has no regions below it: a map is loaded for a league or the whole region.")
            % {"region": region}
        )
    strangers = sorted(codes - set(below))
    if strangers:
        said = {"codes": ", ".join(strangers[:TOLD]), "region": region}
        raise RuleViolation(_("The file holds divisions that do not lie directly below %(region)s: %(codes)s.") % said)
    missing = [str(row) for code, row in below.items() if code not in codes and row.kind != RegionKind.DEVELOPMENT_ZONE]
    if missing:
        raise RuleViolation(
            _("The file lacks %(names)s: a map without them would mislead.") % {"names": "、".join(missing[:TOLD])}
        )
    return below
