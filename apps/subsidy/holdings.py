"""Personal data that subsidies hold, and why."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.subsidy.models import Household, ListedPerson, Member, RosterLine, RosterObjection, masked_id
from apps.subsidy.selectors.lines import lines_for
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.fields import mask_account
from imbudget.kit.personal import Holding, Item, Sort


def _households(actor: Actor) -> object:
    return Household.objects.visible_to(actor).select_related("region", "place")


def _members(actor: Actor) -> object:
    rows = Member.objects.select_related("household__region")
    return rows.filter(household__in=Household.objects.visible_to(actor))


def _listed(actor: Actor) -> object:
    return ListedPerson.objects.visible_to(actor).select_related("region")


def _objections(actor: Actor) -> object:
    return RosterObjection.objects.visible_to(actor).select_related("roster__subsidy", "roster__place")


def _may_know_who_objects(actor: Actor, objection: RosterObjection) -> Verdict:
    if not actor.can("subsidy.file") or not actor.holds_unit(objection.unit_id):
        return refused(gettext("Who objects is known to the unit that answers, and to nobody else."))
    return ALLOWED


def mask_text(text: str) -> str:
    """A name or contact: its first character, and stars whose number tells nothing."""
    return text[:1] + "***" if text else ""


HOLDINGS = {
    "subsidy.household": Holding(
        model=Household,
        label=_("households"),
        items=(
            Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),
            Item("card", _("card"), mask_account, Sort.ACCOUNT, "card_index"),
        ),
        person=lambda one: one.head_name,
        sight=_households,
        page=lambda one: one.get_absolute_url(),
    ),
    "subsidy.member": Holding(
        model=Member,
        label=_("members of households"),
        items=(Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),),
        person=lambda one: one.name,
        sight=_members,
        page=lambda one: one.household.get_absolute_url(),
        scope=lambda one: one.household,
    ),
    "subsidy.rosterline": Holding(
        model=RosterLine,
        label=_("lines of rosters"),
        items=(
            Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),
            Item("card", _("card"), mask_account, Sort.ACCOUNT, "card_index"),
        ),
        person=lambda line: line.name,
        sight=lines_for,
        page=lambda line: reverse("subsidy:line", args=[line.pk]),
        scope=lambda line: line.roster,
    ),
    "subsidy.listedperson": Holding(
        model=ListedPerson,
        label=_("listed persons"),
        items=(Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),),
        person=lambda one: one.name,
        sight=_listed,
        page=lambda one: "/",
    ),
    "subsidy.rosterobjection": Holding(
        model=RosterObjection,
        label=_("objections to rosters"),
        items=(
            Item("person", _("who objects"), mask_text),
            Item("contact", _("contact"), mask_text),
        ),
        person=lambda one: one.person,
        sight=_objections,
        page=lambda one: one.get_absolute_url(),
        may=_may_know_who_objects,
    ),
}
