"""Users, their posts, remembered passwords and live sessions."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.management.base import CommandError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.integrity import POST, USER, Stamped, StampedQuerySet
from apps.accounts.names import NormalName
from apps.accounts.roles import ROLE_CHOICES, ROLES, Role
from apps.regions.models import Department, Region, Unit
from apps.regions.selectors import with_stamp
from imbudget.kit.fields import EncryptedTextField


class PersonManager(UserManager.from_queryset(StampedQuerySet)):  # type: ignore[misc]
    """People are made by the system administrator (`services.create_user`); nobody stands above the posts; `update()` stamps."""

    use_in_migrations = False

    def create_superuser(self, *args: Any, **kwargs: Any) -> "User":
        """Refused, for `manage.py createsuperuser` too (GB/T 22239 8.1.4.2)."""
        raise CommandError("There is no superuser in this system; see: manage.py create_administrators")


class User(Stamped, AbstractUser):
    """A person who signs in; what they may do comes only from their posts.

    `mac` proves that name, password and flags were written by the product: nobody signs in with others (`integrity`).
    """

    PURPOSE, PROVEN = USER, ("username", "password", "is_active", "is_staff", "is_superuser")

    first_name = None
    last_name = None
    name = models.CharField(_("name of the person"), max_length=100)
    phone = EncryptedTextField(_("telephone"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = PersonManager()

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            # Sign-in names that differ by case alone would let one person pass for another (GB/T 22239 8.1.4.1).
            models.UniqueConstraint(models.functions.Lower("username"), name="username_once_whatever_case"),
            # … and so would full-width letters (`ｂａｙａｒ`), which a reader takes for the same.
            models.UniqueConstraint(NormalName("username"), name="username_once_whatever_width"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PostQuerySet(StampedQuerySet):
    """Posts; only those within their dates count."""

    def on(self, day: date | None = None) -> "PostQuerySet":
        """The posts held on this day (today)."""
        day = day or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def not_ended(self) -> "PostQuerySet":
        """The posts held today or later: those that guardian rows stand for."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))

    def with_nodes(self) -> "PostQuerySet":
        """With their nodes, and the state of the roll-out (`rollout`): one query for all that an actor is made of."""
        return with_stamp(self.select_related("region", "unit__region", "department__region"))


class Post(Stamped):
    """One role held by one user at one node between two days.

    `mac` proves that the product wrote it so: a post with another grants nothing (`integrity`).
    """

    PURPOSE, PROVEN = POST, ("user_id", "role", "region_id", "department_id", "unit_id", "valid_from", "valid_to")

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=30, choices=ROLE_CHOICES)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    department = models.ForeignKey(
        Department, verbose_name=_("department"), null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["user", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False, department=None, unit=None)
                | Q(region=None, department__isnull=False, unit=None)
                | Q(region=None, department=None, unit__isnull=False),
                name="post_at_one_node",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="post_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} · {self.get_role_display()}"

    @property
    def node(self) -> Any:
        """The region, department or unit of the post."""
        return self.region or self.department or self.unit

    @property
    def definition(self) -> Role:
        return ROLES[self.role]

    def is_held_on(self, day: date) -> bool:
        """Whether the post's dates cover this day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class OldPassword(models.Model):
    """A hash of a password used before; the last five are refused."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="old_passwords")  # goes with its user
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-set_at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"


class RetiredName(models.Model):
    """A sign-in name that somebody bore, in its normal form: a trigger writes it, and nobody bears it again."""

    name = models.CharField(max_length=150, primary_key=True)
    retired_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
