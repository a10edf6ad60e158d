"""Keys of authorities, lines and entries held once a statement: a document writes hundreds of thousands of rows at once."""

import django.db.models.deletion
from django.db import migrations, models

from imbudget.kit.setkeys import SetKeys

CODES = ("fund_id", "transfer_function_id", "function_id", "government_economic_id", "department_economic_id")
PLACES = ("region_id", "receiving_region_id")
AUTHORITY = {
    "regions_region": (*PLACES, "league_id"),
    "regions_unit": ("unit_id",),
    "projects_project": ("project_id",),
    "codes_code": CODES,
    "ledger_authority": ("origin_id",),
    "ledger_authoritydocument": ("document_id",),
}
LINE = {
    "regions_region": PLACES,
    "regions_unit": ("unit_id",),
    "projects_project": ("project_id",),
    "codes_code": CODES,
    "ledger_authority": ("origin_id", "target_id"),
    "ledger_authoritydocument": ("document_id",),
}
# Postings and authorities are never deleted, so that an entry's need not be locked.
ENTRY = """
CREATE FUNCTION ledger_entry_keys() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE named bigint[];
BEGIN
    named := ARRAY(SELECT DISTINCT posting_id FROM come);
    IF (SELECT count(*) FROM ledger_posting WHERE id = ANY(named)) < cardinality(named) THEN
        RAISE EXCEPTION 'ledger_entry.posting_id names no row of ledger_posting' USING ERRCODE = 'foreign_key_violation';
    END IF;
    named := ARRAY(SELECT DISTINCT authority_id FROM come);
    IF (SELECT count(*) FROM ledger_authority WHERE id = ANY(named)) < cardinality(named) THEN
        RAISE EXCEPTION 'ledger_entry.authority_id names no row of ledger_authority'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_keys AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_keys();
"""
ENTRY_BACK = "DROP TRIGGER ledger_entry_keys ON ledger_entry; DROP FUNCTION ledger_entry_keys();"


class Migration(migrations.Migration):
    dependencies = [
        ("codes", "0005_calendar"),
        ("ledger", "0010_account_totals"),
        ("projects", "0007_reviewed"),
        ("regions", "0006_more_grants"),
    ]

    operations = [
        migrations.AlterField(
            model_name="authority",
            name="department_economic",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="department economic class",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="authorities",
                to="ledger.authoritydocument",
                verbose_name="document",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="function",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="function",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="fund",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="fund type",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="government_economic",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="government economic class",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="league",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="made",
                to="ledger.authority",
                verbose_name="made out of",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="receiving_region",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="receiving region",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="region",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="region",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="transfer_function",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="function of the transfer",
            ),
        ),
        migrations.AlterField(
            model_name="authority",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.unit",
                verbose_name="budget unit",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="department_economic",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="department economic class",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="ledger.authoritydocument",
                verbose_name="document",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="function",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="function",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="fund",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="fund type",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="government_economic",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="government economic class",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.authority",
                verbose_name="taken from",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="receiving_region",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="receiving region",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="region",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="region",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="target",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.authority",
                verbose_name="given to",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="transfer_function",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="function of the transfer",
            ),
        ),
        migrations.AlterField(
            model_name="documentline",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.unit",
                verbose_name="budget unit",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="authority",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="ledger.authority",
                verbose_name="authority",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="posting",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="ledger.posting",
                verbose_name="posting",
            ),
        ),
        SetKeys("ledger_authority", AUTHORITY),
        SetKeys("ledger_documentline", LINE),
        migrations.RunSQL(ENTRY, ENTRY_BACK),
    ]
