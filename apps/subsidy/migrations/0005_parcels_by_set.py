"""Land comes by the million: its key is checked once a statement, and found by the index of number and household alone."""

import django.db.models.deletion
from django.db import migrations, models

from imbudget.kit.setkeys import SetKeys


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0004_sets_compared")]

    operations = [
        migrations.AlterField(
            model_name="parcel",
            name="household",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parcels",
                to="subsidy.household",
                verbose_name="household",
            ),
        ),
        SetKeys("subsidy_parcel", {"subsidy_household": ("household_id",)}),
    ]
