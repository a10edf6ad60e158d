"""One log over all entries: where each batch begins in it, its tiles, its checkpoints. What was sealed before is taken in."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import migrations, models

from apps.evidence import merkle
from apps.evidence.canonical import HASHES

FIRSTS = """
ALTER TABLE evidence_batch DISABLE TRIGGER evidence_batch_is_final;
UPDATE evidence_batch b SET first = f.first
FROM (SELECT number, coalesce(sum(size) OVER (ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first
      FROM evidence_batch) f
WHERE f.number = b.number;
ALTER TABLE evidence_batch ENABLE TRIGGER evidence_batch_is_final;
"""
FINAL = """
CREATE OR REPLACE FUNCTION evidence_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM evidence_log WHERE algorithm <> CASE NEW.version WHEN 3 THEN 'sha256' ELSE 'sm3' END) THEN
            RAISE EXCEPTION 'the log is hashed by another function: set EVIDENCE_HASH back'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.xid := pg_current_xact_id();
        NEW.batch_id := NULL;
        NEW.position := NULL;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.batch_id IS NULL AND NEW.batch_id IS NOT NULL
       AND (to_jsonb(OLD) - 'batch_id' - 'position') = (to_jsonb(NEW) - 'batch_id' - 'position') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION evidence_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.level = OLD.level AND NEW.number = OLD.number
       AND substring(NEW.hashes FOR length(OLD.hashes)) = OLD.hashes AND length(NEW.hashes) <= 8192 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER evidence_tile_grows BEFORE UPDATE OR DELETE ON evidence_tile
    FOR EACH ROW EXECUTE FUNCTION evidence_tile_grows();
CREATE TRIGGER evidence_tile_stays BEFORE TRUNCATE ON evidence_tile
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_log_is_final BEFORE UPDATE OR DELETE ON evidence_log
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_log_stays BEFORE TRUNCATE ON evidence_log
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_checkpoint_is_final BEFORE UPDATE OR DELETE ON evidence_checkpoint
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_checkpoint_stays BEFORE TRUNCATE ON evidence_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();
ALTER TABLE evidence_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
"""
BACK = """
DROP TRIGGER evidence_tile_grows ON evidence_tile;
DROP TRIGGER evidence_tile_stays ON evidence_tile;
DROP TRIGGER evidence_log_is_final ON evidence_log;
DROP TRIGGER evidence_log_stays ON evidence_log;
DROP TRIGGER evidence_checkpoint_is_final ON evidence_checkpoint;
DROP TRIGGER evidence_checkpoint_stays ON evidence_checkpoint;
DROP FUNCTION evidence_tile_grows();
CREATE OR REPLACE FUNCTION evidence_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.xid := pg_current_xact_id();
        NEW.batch_id := NULL;
        NEW.position := NULL;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.batch_id IS NULL AND NEW.batch_id IS NOT NULL
       AND (to_jsonb(OLD) - 'batch_id' - 'position') = (to_jsonb(NEW) - 'batch_id' - 'position') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def take_in(apps: Any, editor: Any) -> None:
    """The tiles of what is sealed already; such a log is one of SM3, whatever is set now."""
    Batch, Entry, Log, Tile = (apps.get_model("evidence", name) for name in ("Batch", "Entry", "Log", "Tile"))
    if not Batch.objects.exists():
        return
    Log.objects.create(pk=1, origin=settings.EVIDENCE_ORIGIN, algorithm="sm3")
    size, partial = 0, {}
    sealed = Entry.objects.exclude(batch=None).order_by("batch_id", "position").values_list("leaf", flat=True)
    for _number, leaves in groupby(enumerate(sealed.iterator(5000)), key=lambda pair: pair[0] // (1 << 16)):
        mine = [bytes(leaf) for _at, leaf in leaves]
        partial |= dict(merkle.grow(HASHES["sm3"], size, partial, mine))
        size += len(mine)
    for (level, number), hashes in partial.items():
        Tile.objects.create(level=level, number=number, hashes=hashes)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_append_only")]

    operations = [
        migrations.AddField("entry", "version", models.PositiveSmallIntegerField(default=1, editable=False)),
        migrations.RunSQL(
            "ALTER TABLE evidence_entry ALTER COLUMN version SET DEFAULT 1",
            "ALTER TABLE evidence_entry ALTER COLUMN version DROP DEFAULT",
        ),
        migrations.AddField("batch", "first", models.PositiveBigIntegerField(null=True)),
        migrations.RunSQL(FIRSTS, migrations.RunSQL.noop),
        migrations.AlterField(
            "batch", "first", models.PositiveBigIntegerField(unique=True, verbose_name="first place in the log")
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=200, verbose_name="name of the log")),
                ("algorithm", models.CharField(max_length=10, verbose_name="hash")),
                ("opened_at", models.DateTimeField(auto_now_add=True, verbose_name="opened at")),
            ],
            options={
                "verbose_name": "log",
                "verbose_name_plural": "logs",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="evidence_one_log")],
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "verbose_name": "tile of the log",
                "verbose_name_plural": "tiles of the log",
                "constraints": [models.UniqueConstraint(fields=("level", "number"), name="evidence_tile_once")],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("size", models.PositiveBigIntegerField(verbose_name="entries")),
                ("root", models.BinaryField(max_length=32)),
                ("text", models.TextField()),
                ("algorithm", models.CharField(max_length=20, verbose_name="algorithm")),
                ("key_id", models.CharField(max_length=64, verbose_name="signing key")),
                ("public_key", models.BinaryField(max_length=200)),
                ("signature", models.BinaryField(max_length=200)),
                (
                    "cause",
                    models.CharField(
                        choices=[("interval", "at the set interval"), ("day", "at the end of the day")],
                        max_length=10,
                        verbose_name="occasion",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
            ],
            options={
                "verbose_name": "checkpoint",
                "verbose_name_plural": "checkpoints",
                "ordering": ["-number"],
                "indexes": [models.Index(fields=["size"], name="evidence_checkpoint_size")],
            },
        ),
        migrations.RunPython(take_in, migrations.RunPython.noop),
        migrations.RunSQL(FINAL, BACK),
    ]
