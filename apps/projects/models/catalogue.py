"""What stands around projects: categories, policy tags, settings of regions, counters of codes."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from apps.regions.models import Region

OPEN_END = 9999


class ProjectCategory(MPTTModel):
    """A category of the maintained tree (草原生态保护, 边境建设补助, 民族团结进步示范工程, …); projects take leaves."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    parent = TreeForeignKey(
        "self",
        verbose_name=_("upper category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    is_active = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class MPTTMeta:
        order_insertion_by = ("code",)

    class Meta:
        verbose_name = _("project category")
        verbose_name_plural = _("project categories")

    def __str__(self) -> str:
        return self.name


class PolicyTag(models.Model):
    """A policy priority (热点标识, HOT_TOPIC_CATE) that many projects serve, in the years in which it is in force."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("policy tag")
        verbose_name_plural = _("policy tags")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=models.F("valid_from")), name="tag_years_in_order")
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid_in(self, year: int) -> bool:
        return self.valid_from <= year <= self.valid_to


class ProjectSetting(models.Model):
    """What a region's finance office has decided for its project library; regions without a row follow the upper one."""

    region = models.OneToOneField(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="project_setting"
    )
    code_pattern = models.CharField(
        _("pattern of project codes"),
        max_length=80,
        default="{division:6}{year:2}{kind:1}{sequence:12}",
        help_text=_("Parts {division:6}, {year:2}, {department:3}, {kind:1}, {sequence:n}; 21 characters in all."),
    )
    review_threshold = models.DecimalField(
        _("expert review from"),
        max_digits=20,
        decimal_places=2,
        default=0,
        help_text=_("In yuan. Approved projects below it go into the store at once; 0: all of them wait for review."),
    )
    evaluation_threshold = models.DecimalField(
        _("evaluation before the act from"),
        max_digits=20,
        decimal_places=2,
        default=0,
        help_text=_("In yuan. New projects from it on need the report of an 事前绩效评估; 0: none does."),
    )
    mongolian_documents = models.BooleanField(_("documents carry Mongolian"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("project settings of a region")
        verbose_name_plural = _("project settings of regions")
        constraints = [
            models.CheckConstraint(
                condition=Q(review_threshold__gte=0, evaluation_threshold__gte=0), name="project_thresholds_not_below_0"
            )
        ]

    def __str__(self) -> str:
        return str(self.region)


class ProjectCodeCounter(models.Model):
    """The last number given to a code of this beginning; its row is locked while the next one is taken."""

    prefix = models.CharField(max_length=21, unique=True, validators=[RegexValidator(r"^[0-9A-Z]+$")])
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("counter of project codes")
        verbose_name_plural = _("counters of project codes")

    def __str__(self) -> str:
        return f"{self.prefix}: {self.last}"
