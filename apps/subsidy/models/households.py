"""Places below the banner, and the register of households: people, land, violations, lists to check against."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.regions.models import Region
from apps.subsidy.models.catalogue import money
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.fields import BlindIndexField, EncryptedTextField, mask_account
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful

PLACE_CODE = RegexValidator(r"^\d{12}(\d{2})?$", _("A place has a code of 12 digits; a group 14."))
ID_NUMBER, CARD = "subsidy_household.id_number", "subsidy_household.card"


class RegionQuerySet(ScopedQuerySet):
    """Rows of a banner's register: its units that file rosters read them, other units do not."""

    unit_field = None

    def visible_to(self, actor: Actor) -> "RegionQuerySet":
        if actor.reach == Reach.UNITS:
            return self.filter(region_id=actor.region_id) if actor.can("subsidy.file") else self.none()
        return super().visible_to(actor)


class PlaceLevel(models.IntegerChoices):
    """How far below the banner."""

    SUMU = 1, _("sumu or town")
    GACHA = 2, _("gacha or village")
    GROUP = 3, _("group")


class Place(models.Model):
    """苏木乡镇 → 嘎查村 → 组 of one banner: nine digits and 000, twelve digits, and two more for a group."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", verbose_name=_("upper place"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=PlaceLevel)
    code = models.CharField(_("code"), max_length=14, unique=True, validators=[PLACE_CODE])
    name = models.CharField(_("name"), max_length=120)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="place_below_its_upper",
            )
        ]

    def __str__(self) -> str:
        return self.name


class HouseholdState(models.TextChoices):
    """Whether a household is paid."""

    NORMAL = "normal", pgettext_lazy("household", "normal")
    STOPPED = "stopped", pgettext_lazy("household", "stopped")
    VOID = "void", pgettext_lazy("household", "void")


class Household(Stateful):
    """A household of farmers or herders (农牧户); it is paid to the card of its head.

    The name stands exactly as on the identity card, middle dot and rare characters included; names are compared by
    another form of them. Whether number and card are well formed is looked at while they are in clear
    (`id_sound`, `card_sound`): in the database they are only seen encrypted. Its keys are held once a statement
    (migration 0002): a league's register comes in one.
    """

    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    league = models.ForeignKey(
        Region,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="households", db_constraint=False
    )
    code = models.CharField(_("household code"), max_length=20)
    head_name = models.CharField(_("head of the household"), max_length=140)
    id_number = EncryptedTextField(_("identity number"))
    id_index = BlindIndexField(source="id_number")
    id_sound = models.BooleanField(_("identity number is well formed"), default=False, editable=False)
    card = EncryptedTextField(_("card"), blank=True)
    card_index = BlindIndexField(source="card")
    card_sound = models.BooleanField(_("card number is well formed"), default=False, editable=False)
    bank = models.CharField(_("bank"), max_length=140, blank=True)
    bank_code = models.CharField(_("number of the bank"), max_length=12, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    livestock = models.PositiveIntegerField(_("head of livestock"), default=0)
    state = models.CharField(_("state"), max_length=7, choices=HouseholdState, default=HouseholdState.NORMAL)
    is_low_income = models.BooleanField(_("minimum living allowance"), default=False)
    is_lifted = models.BooleanField(_("lifted out of poverty"), default=False)
    is_destitute = models.BooleanField(_("destitute"), default=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="household_code_once")]
        indexes = [models.Index(fields=["league", "-id"], name="household_league")]

    def __str__(self) -> str:
        return f"{self.code} {masked_name(self.head_name)}"

    def get_absolute_url(self) -> str:
        return reverse("subsidy:household", args=[self.pk])

    @property
    def masked_id(self) -> str:
        return masked_id(self.id_number)

    @property
    def masked_card(self) -> str:
        return mask_account(self.card)


def masked_name(name: str) -> str:
    """阿*: the first character, then one star for whatever follows."""
    return name[:1] + "*" if name else ""


def masked_id(number: str) -> str:
    """150…**…1234: the first three digits and the last four."""
    return f"{number[:3]}…**…{number[-4:]}" if len(number) > 7 else "*" * len(number)


class Member(models.Model):
    """A person of a household."""

    household = models.ForeignKey(
        Household, verbose_name=_("household"), on_delete=models.CASCADE, related_name="members"
    )
    name = models.CharField(_("name"), max_length=140)
    relation = models.CharField(_("relation to the head"), max_length=20)
    id_number = EncryptedTextField(_("identity number"), blank=True)
    id_index = BlindIndexField(source="id_number", bound_to=ID_NUMBER)

    class Meta:
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of households")
        ordering = ["household", "id"]
        constraints = [models.UniqueConstraint(fields=["household", "id_index", "name"], name="member_once")]

    def __str__(self) -> str:
        return masked_name(self.name)

    @property
    def masked_id(self) -> str:
        return masked_id(self.id_number)


class ParcelKind(models.TextChoices):
    """What the grassland contract binds its holder to."""

    BAN = "ban", _("grazing ban")
    BALANCE = "balance", _("forage balance")


class Parcel(models.Model):
    """A parcel of grassland (草原确权承包): where the areas of rosters come from.

    Its key is held once a statement (migration 0005), and found by the index of `parcel_once`.
    """

    household = models.ForeignKey(
        Household,
        verbose_name=_("household"),
        on_delete=models.CASCADE,
        related_name="parcels",
        db_index=False,
        db_constraint=False,
    )
    number = models.CharField(_("number of the parcel"), max_length=30)
    area = models.DecimalField(_("area in mu"), max_digits=14, decimal_places=2)
    grass_class = models.CharField(_("class of grassland"), max_length=20, blank=True)
    kind = models.CharField(_("grazing ban or balance"), max_length=7, choices=ParcelKind)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("parcel of grassland")
        verbose_name_plural = _("parcels of grassland")
        ordering = ["household", "number"]
        constraints = [
            models.UniqueConstraint(fields=["household", "number"], name="parcel_once"),
            models.CheckConstraint(
                condition=Q(area__gt=0),
                name="parcel_has_area",
                violation_error_message=_("The area is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="parcel_days_in_order",
                violation_error_message=_("The last day is not before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ViolationKind(models.TextChoices):
    """What was found."""

    STOLEN_GRAZING = "grazing", _("grazing in a banned area")
    OVERSTOCKING = "overstock", _("overstocking")


class Violation(models.Model):
    """A violation that deducts (偷牧, 超载): recorded by the patrol or by law enforcement, taken off the year's subsidy."""

    household = models.ForeignKey(
        Household, verbose_name=_("household"), on_delete=models.PROTECT, related_name="violations"
    )
    kind = models.CharField(_("violation"), max_length=9, choices=ViolationKind)
    happened_on = models.DateField(_("date"))
    amount = money(_("deduction"))
    recorder = models.CharField(_("recorded by"), max_length=120)
    document = models.CharField(_("document number"), max_length=120)
    author = models.ForeignKey(
        User, null=True, editable=False, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        ordering = ["household", "happened_on"]
        constraints = [
            models.UniqueConstraint(fields=["household", "document"], name="violation_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="violation_deducts",
                violation_error_message=_("The amount must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_kind_display()}"


class PersonList(models.TextChoices):
    """Whom rosters are checked against."""

    DEAD = "dead", _("dead persons")
    EMPLOYEE = "employee", _("public employees")


class ListedPerson(models.Model):
    """A person of a list that excludes (死亡人员, 财政供养人员), by identity number."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    list = models.CharField(_("list"), max_length=8, choices=PersonList)
    id_number = EncryptedTextField(_("identity number"))
    id_index = BlindIndexField(source="id_number", bound_to=ID_NUMBER)
    name = models.CharField(_("name"), max_length=140)
    since = models.DateField(pgettext_lazy("list of persons", "since"), null=True, blank=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("listed person")
        verbose_name_plural = _("listed persons")
        ordering = ["region", "list", "id"]
        constraints = [models.UniqueConstraint(fields=["region", "list", "id_index"], name="listed_person_once")]

    def __str__(self) -> str:
        return masked_name(self.name)
