"""One project of the library."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.lowcode.models import Answer
from apps.projects.models.catalogue import PolicyTag, ProjectCategory
from apps.regions.models import Department, Region, Unit
from imbudget.kit.fields import EncryptedTextField
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful

CODE = RegexValidator(r"^\d{8}[0-9A-Z]{13}$")


class ProjectKind(models.TextChoices):
    """项目类别 (PRO_KIND_CODE) of the national standard."""

    STAFF = "1", _("staff")
    PUBLIC = "21", _("public funds by standard")
    OPERATION = "22", _("other operation")
    TARGET = "3", _("specific target")


class ProjectLevel(models.TextChoices):
    """一级项目 by main duty or policy of the department, 二级项目 the concrete ones under it (PRO_LEV)."""

    FIRST = "1", _("first-level project")
    SECOND = "2", _("second-level project")


class ProjectOrigin(models.TextChoices):
    """项目属性."""

    NEW = "new", _("new")
    CONTINUED = "continued", _("continued")


class Urgency(models.TextChoices):
    """轻重缓急: the department's ranking."""

    URGENT = "1", _("urgent")
    IMPORTANT = "2", _("important")
    NORMAL = "3", _("normal")
    DEFERRABLE = "4", _("can wait")


class ProjectState(models.TextChoices):
    """Stages of 项目谋划 and 项目储备 (domain standard); later stages follow with budget and execution."""

    DRAFT = "draft", _("draft")
    UNIT_REVIEW = "unit_review", _("at the unit's head")
    DEPARTMENT_REVIEW = "department_review", _("at the competent department")
    DEPARTMENT_RESERVE = "department_reserve", _("chosen by the department")
    FINANCE_REVIEW = "finance_review", _("at the finance office")
    REVIEW_PENDING = "review_pending", _("waits for expert review")
    STORED = "stored", _("in the store")
    RETURNED = "returned", _("returned")
    REFUSED = "refused", _("not admitted")
    TERMINATED = "terminated", _("terminated")
    ABANDONED = "abandoned", _("abandoned")


class ProjectQuerySet(ScopedQuerySet):
    """Projects."""

    def for_list(self) -> "ProjectQuerySet":
        return self.select_related("unit", "region", "category")

    def alive(self) -> "ProjectQuerySet":
        """Those that are neither refused, terminated nor abandoned."""
        return self.exclude(state__in=(ProjectState.REFUSED, ProjectState.TERMINATED, ProjectState.ABANDONED))


class Project(Stateful):
    """A request for money with all its grounds; one row per project, the versions of its application apart.

    Region, league and department are copied from the unit by the database. `total` is the sum of the funding lines.
    """

    code = models.CharField(
        _("project code"), max_length=21, unique=True, validators=[CODE], help_text=_("PRO_CODE, 21 characters")
    )
    name = models.CharField(_("project name"), max_length=200)
    # Unit, region and league have no index of their own: those below begin with them.
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="projects", db_index=False
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    league = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    department = models.ForeignKey(
        Department, verbose_name=_("competent department"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    kind = models.CharField(_("kind of project"), max_length=2, choices=ProjectKind, default=ProjectKind.TARGET)
    category = models.ForeignKey(
        ProjectCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tags = models.ManyToManyField(
        PolicyTag, through="projects.ProjectTag", verbose_name=_("policy tags"), related_name="projects"
    )
    level = models.CharField(_("level"), max_length=1, choices=ProjectLevel, default=ProjectLevel.SECOND)
    upper = models.ForeignKey(
        "self",
        verbose_name=_("first-level project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lower",
    )
    origin = models.CharField(_("new or continued"), max_length=10, choices=ProjectOrigin, default=ProjectOrigin.NEW)
    continues = models.ForeignKey(
        "self",
        verbose_name=_("continues"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="continued_by",
    )
    setup_year = models.PositiveSmallIntegerField(_("year of set-up"))
    start_year = models.PositiveSmallIntegerField(_("first year"))
    end_year = models.PositiveSmallIntegerField(_("last year"))
    responsible = models.CharField(_("responsible person"), max_length=60, blank=True)
    phone = EncryptedTextField(_("telephone"), blank=True)
    total = models.DecimalField(_("total amount"), max_digits=20, decimal_places=2, default=0, editable=False)
    reviewed = models.DecimalField(
        _("amount after review"),
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
        help_text=_("In yuan; what its expert review left of the total. It caps what can be budgeted."),
    )
    overview = models.TextField(_("overview"), max_length=10_000, blank=True)
    necessity = models.TextField(_("necessity"), max_length=10_000, blank=True)
    feasibility = models.TextField(_("feasibility"), max_length=10_000, blank=True)
    organisation = models.TextField(_("organisation and conditions"), max_length=10_000, blank=True)
    risks = models.TextField(_("risks"), max_length=10_000, blank=True)
    is_capital = models.BooleanField(_("capital construction"), default=False)
    is_research = models.BooleanField(_("scientific research"), default=False)
    is_procurement = models.BooleanField(_("government procurement"), default=False)
    is_service = models.BooleanField(_("purchase of services"), default=False)
    answer = models.ForeignKey(
        Answer,
        verbose_name=_("the region's form"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    urgency = models.CharField(_("urgency"), max_length=1, choices=Urgency, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=ProjectState, default=ProjectState.DRAFT, editable=False
    )
    return_reason = models.TextField(_("reason of return"), max_length=2000, blank=True, editable=False)
    version = models.PositiveIntegerField(
        _("version"), default=0, editable=False
    )  # of the application, 0: never handed in
    revision = models.PositiveIntegerField(default=1, editable=False)  # of the row, against two editors
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    search_key = models.CharField(max_length=500, editable=False, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    stored_at = models.DateTimeField(_("stored at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_year__gte=F("start_year")),
                name="project_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="project_total_not_below_zero"),
        ]
        indexes = [
            models.Index(fields=["league", "-updated_at", "-id"], name="project_league_updated"),
            models.Index(fields=["region", "-updated_at", "-id"], name="project_region_updated"),
            models.Index(fields=["unit", "-updated_at", "-id"], name="project_unit_updated"),
            models.Index(fields=["-updated_at", "-id"], name="project_updated"),
            models.Index(fields=["league", "state", "-updated_at", "-id"], name="project_league_state"),
            # Counts, sums and the overview read these alone: a league's rows lie scattered over the whole table.
            models.Index(
                fields=["league", "state", "category"], include=["total", "setup_year"], name="project_league_figures"
            ),
            models.Index(
                fields=["region", "state", "category"],
                include=["league", "total", "setup_year"],
                name="project_region_figures",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("projects:project", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        """Whether the project's state lets its unit change the application."""
        return self.state in {ProjectState.DRAFT, ProjectState.RETURNED}
