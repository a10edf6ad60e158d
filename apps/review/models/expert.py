"""The expert pool (评审专家库): who may be drawn, and what keeps them from a project."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.regions.models import Region, Unit
from apps.review.models.querysets import RegionQuerySet
from imbudget.kit.fields import BlindIndexField, EncryptedTextField
from imbudget.kit.transitions import Stateful


class TitleRank(models.TextChoices):
    """职称: the rank of a professional title."""

    SENIOR = "senior", _("senior title")
    ASSOCIATE = "associate", _("associate senior title")
    INTERMEDIATE = "intermediate", _("intermediate title")
    OTHER = "other", _("other title")


class Language(models.TextChoices):
    """A language in which an expert reads and judges."""

    CHINESE = "zh", _("Chinese")
    MONGOLIAN = "mn", _("Mongolian")


class ExpertState(models.TextChoices):
    """How an expert stands in the pool; only admitted ones are drawn."""

    APPLIED = "applied", _("has applied")
    SUBMITTED = "submitted", _("admission under approval")
    ADMITTED = "admitted", _("admitted")
    SUSPENDED = "suspended", _("suspended")
    REMOVED = "removed", pgettext_lazy("review", "removed")
    REFUSED = "refused", _("not admitted")


class ExpertSource(models.TextChoices):
    """How an expert came into the pool."""

    APPLICATION = "application", _("applied")
    IMPORT = "import", _("imported")
    ENTRY = "entry", _("entered by the finance office")


class EmploymentKind(models.TextChoices):
    """What ties a person to an employer (财库〔2016〕198号 Art 16 as the pattern)."""

    EMPLOYEE = "employee", _("employed")
    ADVISER = "adviser", _("adviser")
    SHAREHOLDER = "shareholder", _("shareholder")


class KinshipKind(models.TextChoices):
    """Kin of the head of a unit that keep an expert from its projects."""

    SPOUSE = "spouse", _("spouse")
    LINEAL = "lineal", _("lineal kin")
    COLLATERAL = "collateral", _("collateral kin to the third degree")
    AFFINE = "affine", _("close affine kin")
    OTHER = "other", _("other close relation")


class ExpertField(models.Model):
    """A field of expertise (评审领域) by which panels are put together."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("field of expertise")
        verbose_name_plural = _("fields of expertise")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Expert(Stateful):
    """A person who may be drawn to judge projects.

    `region` keeps the entry; `level` is the level of regions whose reviews draw from it (0 autonomous region, 1 league,
    2 banner). `employer_key` and the keys of the histories are `selectors.avoidance.employer_key` of the names.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    user = models.OneToOneField(
        User, verbose_name=_("user"), null=True, blank=True, on_delete=models.PROTECT, related_name="expert"
    )
    name = models.CharField(_("name of the person"), max_length=60)
    level = models.PositiveSmallIntegerField(_("level of the pool"), default=2)
    title_rank = models.CharField(_("rank of the title"), max_length=12, choices=TitleRank)
    title = models.CharField(_("professional title"), max_length=60, blank=True)
    employer = models.CharField(_("employer"), max_length=120)
    employer_key = models.CharField(max_length=120, editable=False, db_index=True)
    employer_unit = models.ForeignKey(
        Unit,
        verbose_name=_("employer as a budget unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    languages = ArrayField(models.CharField(max_length=2, choices=Language), verbose_name=_("languages"), default=list)
    fields = models.ManyToManyField(
        ExpertField, through="review.ExpertSpeciality", verbose_name=_("fields of expertise"), related_name="experts"
    )
    phone = EncryptedTextField(_("telephone"), blank=True)
    phone_index = BlindIndexField(source="phone")
    email = EncryptedTextField(_("e-mail"), blank=True)
    id_number = EncryptedTextField(_("identity number"), blank=True)
    id_number_index = BlindIndexField(source="id_number")
    introduction = models.TextField(_("introduction"), max_length=2000, blank=True)
    source = models.CharField(_("came by"), max_length=12, choices=ExpertSource, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ExpertState, default=ExpertState.APPLIED, editable=False
    )
    state_reason = models.CharField(_("reason of the state"), max_length=500, blank=True, editable=False)
    admitted_at = models.DateTimeField(_("admitted at"), null=True, blank=True, editable=False)
    search_key = models.CharField(max_length=300, editable=False, blank=True)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = RegionQuerySet.as_manager()
    unit_id = None  # an expert belongs to no budget unit

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"],
                condition=~Q(id_number_index=b""),
                name="expert_once",
                violation_error_message=_("There is an expert with this identity number already."),
            ),
            models.CheckConstraint(condition=Q(level__lte=2), name="expert_level_is_one_of_regions"),
        ]
        indexes = [
            models.Index(fields=["league", "-updated_at", "-id"], name="expert_league"),
            models.Index(fields=["region", "-updated_at", "-id"], name="expert_region"),
            models.Index(fields=["-updated_at", "-id"], name="expert_updated"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("review:expert", args=[self.pk])


class ExpertSpeciality(models.Model):
    """An expert judges projects of this field."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="specialities")  # part of its expert
    field = models.ForeignKey(ExpertField, verbose_name=_("field of expertise"), on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("speciality of an expert")
        verbose_name_plural = _("specialities of experts")
        constraints = [models.UniqueConstraint(fields=["expert", "field"], name="expert_field_once")]

    def __str__(self) -> str:
        return f"{self.expert_id}: {self.field_id}"


class Employment(models.Model):
    """For whom an expert works or has worked, advises, or holds shares of; the last three years keep them away."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="employments")  # part of its expert
    employer = models.CharField(_("employer"), max_length=120)
    employer_key = models.CharField(max_length=120, editable=False)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("employer as a budget unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("tie"), max_length=12, choices=EmploymentKind, default=EmploymentKind.EMPLOYEE)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("employment of an expert")
        verbose_name_plural = _("employments of experts")
        ordering = ["expert", "-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="employment_dates_in_order",
                violation_error_message=_("The last day lies before the first one."),
            )
        ]

    def __str__(self) -> str:
        return self.employer


class Kinship(models.Model):
    """Kin of an expert who head a unit, or decide in it, as the expert has declared."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="kin")  # part of its expert
    kind = models.CharField(_("kinship"), max_length=12, choices=KinshipKind)
    employer = models.CharField(_("employer of the relative"), max_length=120)
    employer_key = models.CharField(max_length=120, editable=False)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("employer as a budget unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = EncryptedTextField(_("name and office of the relative"), blank=True)

    class Meta:
        verbose_name = _("kinship of an expert")
        verbose_name_plural = _("kinships of experts")
        ordering = ["expert", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.employer}"


class ExpertRating(models.Model):
    """How an expert did the work of one panel (履职评价), 1 to 5."""

    member = models.OneToOneField("review.PanelMember", on_delete=models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField(_("mark"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.CharField(_("remark"), max_length=500, blank=True)
    author = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("rating of an expert")
        verbose_name_plural = _("ratings of experts")
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_from_1_to_5")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.score}"
