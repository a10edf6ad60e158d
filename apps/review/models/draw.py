"""Draws: how experts came onto a panel, so that anybody can repeat it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.review.models.querysets import DrawQuerySet
from apps.review.models.review import Review
from imbudget.kit.fields import EncryptedTextField
from imbudget.kit.transitions import Stateful


class DrawKind(models.TextChoices):
    """Why experts are drawn."""

    FIRST = "first", _("first draw")
    REPLACEMENT = "replacement", _("draw of a replacement")
    REDRAW = "redraw", _("draw of another panel")


class DrawState(models.TextChoices):
    """A draw is committed to before anybody can know what it gives; a redraw waits for a second person first."""

    REQUESTED = "requested", _("waits for a second person")
    COMMITTED = "committed", _("seed committed")
    DRAWN = "drawn", _("drawn")
    REFUSED = "refused", _("refused")


class Draw(Stateful):
    """One draw from the pool (随机抽取) with all it takes to repeat it; once drawn, its facts never change (a trigger).

    `seed` is secret until the draw, `commitment` its SM3 hash as it stands in evidence; the numbers drawn by come from
    the seed and `head`, the evidence head sealed after the commitment. `pool` is the snapshot of the candidates,
    a line for each (`drawing.panel.Entry`), `result` what the algorithm gave: places in order with those passed over and why. A replacement
    goes on in the sequence of the draw it belongs to (`origin`).
    """

    review = models.ForeignKey(Review, verbose_name=_("review"), on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind of draw"), max_length=12, choices=DrawKind)
    origin = models.ForeignKey(
        "self", verbose_name=_("continues"), null=True, blank=True, on_delete=models.PROTECT, related_name="later"
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    criteria = models.JSONField(_("criteria"), default=dict)
    algorithm = models.CharField(_("algorithm"), max_length=20)
    commitment = models.CharField(_("commitment"), max_length=64, blank=True)
    seed = EncryptedTextField(_("seed"), blank=True)
    revealed = models.CharField(_("revealed seed"), max_length=64, blank=True)
    head_number = models.PositiveBigIntegerField(_("number of the evidence batch"), null=True, blank=True)
    head = models.CharField(_("evidence head"), max_length=64, blank=True)
    pool = models.TextField(_("candidates"), blank=True)
    pool_digest = models.CharField(_("SM3 digest of the candidates"), max_length=64, blank=True)
    result = models.JSONField(_("result"), default=dict)
    result_digest = models.CharField(_("SM3 digest of the result"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DrawState, editable=False)
    operator = models.ForeignKey(User, verbose_name=_("operator"), on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(
        User, verbose_name=_("second person"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True, editable=False)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="draw_number_once"),
            models.UniqueConstraint(
                fields=["review"], condition=Q(state__in=("requested", "committed")), name="one_open_draw"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("review:draw", args=[self.pk])
