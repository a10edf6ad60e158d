"""What the entry page needs to remember beside the lines."""

from django.db import models

from apps.budget.models.sheet import BudgetSheet


class EnteredLine(models.Model):
    """The id that a browser gave to a line before the line had one.

    When the answer to a save is lost the browser sends the line again under the same id, and it is not written twice.
    `stamp` is the content that was written (`selectors.entry.stamp_of`). Kept for a month.
    """

    # A memory of the page, not a fact of the budget: it goes with its sheet.
    sheet = models.ForeignKey(BudgetSheet, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    line_id = models.BigIntegerField()
    stamp = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "key"], name="entered_line_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.line_id}"
