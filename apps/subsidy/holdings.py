"""Personal data that subsidies hold, and why."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.subsidy.models import Household, ListedPerson, Member, RosterObjection, masked_id
from apps.subsidy.selectors.lines import lines_for
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.fields import mask_account
from imbudget.kit.personal import Holding, Item, Sort

BASIS = _(
    "Opinions on managing subsidies through one card (Finance Ministry, 2020); "
    "Personal Information Protection Law, articles 13(3) and 34: statutory duty to pay"
)
ARCHIVE = _("30 years with the vouchers (Measures for Accounting Archives, article 14)")
REGISTER = _("as long as the household stands in the register, then with the rosters that were paid by it")


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
        label=_("households"),
        items=(
            Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),
            Item("card", _("card"), mask_account, Sort.ACCOUNT, "card_index"),
        ),
        person=lambda one: one.head_name,
        sight=_households,
        purpose=_("to work out who is entitled to which subsidy, and to pay it into the household's own card"),
        basis=BASIS,
        period=REGISTER,
        page=lambda one: one.get_absolute_url(),
    ),
    "subsidy.member": Holding(
        label=_("members of households"),
        items=(Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),),
        person=lambda one: one.name,
        sight=_members,
        purpose=_("to work out subsidies that go by persons, each counted once"),
        basis=BASIS,
        period=REGISTER,
        page=lambda one: one.household.get_absolute_url(),
        scope=lambda one: one.household,
    ),
    "subsidy.rosterline": Holding(
        label=_("lines of rosters"),
        items=(
            Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),
            Item("card", _("card"), mask_account, Sort.ACCOUNT, "card_index"),
        ),
        person=lambda line: line.name,
        sight=lines_for,
        purpose=_("to pay a subsidy, and to prove to whom it was paid"),
        basis=BASIS,
        period=ARCHIVE,
        page=lambda line: reverse("subsidy:line", args=[line.pk]),
        scope=lambda line: line.roster,
    ),
    "subsidy.listedperson": Holding(
        label=_("listed persons"),
        items=(Item("id_number", _("identity number"), masked_id, Sort.ID, "id_index"),),
        person=lambda one: one.name,
        sight=_listed,
        purpose=_("to keep subsidies from being paid to the dead, or to public employees who are not entitled"),
        basis=BASIS,
        period=_("until the list is replaced by a newer one"),
        page=lambda one: "/",
    ),
    "subsidy.rosterobjection": Holding(
        label=_("objections to rosters"),
        items=(
            Item("person", _("who objects"), mask_text),
            Item("contact", _("contact"), mask_text),
        ),
        person=lambda one: one.person,
        sight=_objections,
        purpose=_("to answer who objects to a published roster"),
        basis=_("Given by the person (Personal Information Protection Law, article 13(1))"),
        period=_("until the end of its period after the answer (page: periods of keeping)"),
        page=lambda one: one.get_absolute_url(),
        may=_may_know_who_objects,
    ),
}
