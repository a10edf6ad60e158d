"""How often something was asked of late: one counter for all processes and machines."""

from django.db import models


class Count(models.Model):
    """How often a source has asked for something within a while; the key names both, the source by a keyed digest only.

    The table is unlogged: an increment costs no write to the log of the database, and after a crash counting begins anew.
    """

    key = models.CharField(primary_key=True, max_length=80)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
