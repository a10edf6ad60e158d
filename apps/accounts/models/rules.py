"""What the security administrator decides for the whole system; a row that was written past the product counts for nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.integrity import Stamped
from apps.accounts.roles import ROLE_CHOICES
from imbudget.kit.classification import LABELS, Level


class SignatureRule(Stamped):
    """Whether an act that is a signature asks again who gives it (`kit.signatures`); without a row it does as it does at first."""

    PURPOSE = "signature"
    PROVEN = ("act", "asks_again")

    act = models.CharField(_("signature"), max_length=60, unique=True)
    asks_again = models.BooleanField(_("asked again who signs"))

    class Meta:
        verbose_name = _("rule of a signature")
        verbose_name_plural = _("rules of signatures")
        ordering = ["act"]

    def __str__(self) -> str:
        return self.act


class Clearance(Stamped):
    """The label of a role (安全标记): up to which class of data its holders may be shown protected values in clear.

    The labels of the data are the classes of its fields (`kit.classification`). Nobody reads what is labelled above them,
    whatever right they hold (GB/T 22239 8.1.4.2 g); without a row the label follows from the role's grants.
    """

    PURPOSE = "clearance"
    PROVEN = ("role", "level")

    role = models.CharField(_("role"), max_length=30, unique=True, choices=ROLE_CHOICES)
    level = models.CharField(
        pgettext_lazy("class of data", "label"),
        max_length=10,
        choices=[(level.value, LABELS[level]) for level in Level],
    )

    class Meta:
        verbose_name = _("security label of a role")
        verbose_name_plural = _("security labels of roles")
        ordering = ["role"]

    def __str__(self) -> str:
        return self.get_role_display()
