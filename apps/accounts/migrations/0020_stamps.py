"""Users and posts bear a stamp over what they say (HMAC-SM3); posts and rights are chained in evidence."""

from typing import Any

from django.db import connection, migrations, models

from apps.evidence.chained import chain_rows
from imbudget.kit.integrity import stamp

PROVEN = {
    "user": ("username", "password", "is_active", "is_staff", "is_superuser"),
    "post": ("user_id", "role", "region_id", "department_id", "unit_id", "valid_from", "valid_to"),
}
STAMP = (
    "UPDATE accounts_{name} r SET mac = s.mac FROM unnest(%s::bigint[], %s::text[]) AS s (id, mac) WHERE r.id = s.id"
)


def stamp_all(apps: Any, _editor: Any) -> None:
    """What stands at the time of the migration is taken for genuine: compare it before (`selfcheck --only permissions`)."""
    for name, columns in PROVEN.items():
        rows = apps.get_model("accounts", name).objects.values_list("pk", *columns)
        stamps = [(row[0], stamp(name, *row)) for row in rows.iterator(5000)]
        if stamps:
            with connection.cursor() as cursor:
                cursor.execute(STAMP.format(name=name), [list(column) for column in zip(*stamps, strict=True)])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_separation"),
        ("evidence", "0020_rows"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]
    operations = [
        migrations.AlterModelManagers("user", managers=[]),
        migrations.AddField("user", "mac", models.CharField(blank=True, db_default="", editable=False, max_length=120)),
        migrations.AddField("post", "mac", models.CharField(blank=True, db_default="", editable=False, max_length=120)),
        migrations.RunPython(stamp_all, migrations.RunPython.noop),
        *chain_rows("accounts_post", "guardian_userobjectpermission"),
    ]
