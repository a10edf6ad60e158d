"""Anchors of checkpoints on a chain, states of witnesses, other installations and what was told of their logs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0020_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="WitnessState",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="name")),
                ("told", models.PositiveBigIntegerField(default=0, verbose_name="last number")),
                ("told_at", models.DateTimeField(null=True, verbose_name="last success")),
                ("failed_at", models.DateTimeField(null=True, verbose_name="last failure")),
                ("error", models.CharField(blank=True, max_length=400, verbose_name="failure")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
            ],
            options={
                "verbose_name": "state of a witness",
                "verbose_name_plural": "states of witnesses",
            },
        ),
        migrations.CreateModel(
            name="Peer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("origin", models.CharField(max_length=200, verbose_name="name of the log")),
                ("public_key", models.BinaryField(max_length=65, verbose_name="public key")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("folder", models.CharField(blank=True, max_length=64, verbose_name="folder")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "not heard of yet"),
                            ("sound", "consistent"),
                            ("silent", "does not answer"),
                            ("broken", "not consistent"),
                        ],
                        default="new",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("error", models.CharField(blank=True, max_length=400, verbose_name="failure")),
                ("next_try_at", models.DateTimeField(verbose_name="next attempt")),
                ("heard_at", models.DateTimeField(null=True, verbose_name="last heard of")),
                ("seen_number", models.PositiveBigIntegerField(null=True, verbose_name="our checkpoint that it holds")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="asked for it")),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "witness",
                "verbose_name_plural": "witnesses",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("origin",), name="evidence_peer_of_log_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address", ""), ("folder", ""), _connector="XOR"),
                        name="evidence_peer_has_one_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeerFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("text", models.TextField(blank=True)),
                ("signature", models.BinaryField(default=b"", max_length=200)),
                ("detail", models.CharField(blank=True, max_length=400, verbose_name="facts")),
                ("found_at", models.DateTimeField(auto_now_add=True, verbose_name="found at")),
                (
                    "peer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faults",
                        to="evidence.peer",
                        verbose_name="witness",
                    ),
                ),
            ],
            options={
                "verbose_name": "fault of a peer",
                "verbose_name_plural": "faults of peers",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain_id", models.PositiveBigIntegerField(verbose_name="chain")),
                ("contract", models.CharField(max_length=42, verbose_name="contract")),
                ("account", models.CharField(max_length=42, verbose_name="account")),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "nonce",
                    models.PositiveBigIntegerField(null=True, verbose_name="number of the transaction in its account"),
                ),
                ("transaction", models.CharField(blank=True, max_length=66, verbose_name="transaction")),
                ("raw", models.BinaryField(default=b"")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not in a block yet"),
                            ("included", "in a block"),
                            ("confirmed", "confirmed"),
                            ("conflict", "the chain holds another one"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("block", models.PositiveBigIntegerField(null=True, verbose_name="block")),
                ("block_hash", models.CharField(blank=True, max_length=66, verbose_name="hash of the block")),
                ("confirmations", models.PositiveIntegerField(default=0, verbose_name="confirmations")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("error", models.CharField(blank=True, max_length=400, verbose_name="failure")),
                ("next_try_at", models.DateTimeField(verbose_name="next attempt")),
                ("prepared_at", models.DateTimeField(verbose_name="prepared at")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed at")),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anchors",
                        to="evidence.checkpoint",
                        verbose_name="checkpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "anchor of a checkpoint",
                "verbose_name_plural": "anchors of checkpoints",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "included"))),
                        fields=["next_try_at"],
                        name="evidence_anchor_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checkpoint", "chain_id", "contract"), name="evidence_anchored_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("included", "confirmed")), _negated=True),
                            ("block__isnull", False),
                            _connector="OR",
                        ),
                        name="evidence_anchor_has_block",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeerCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(verbose_name="number")),
                ("size", models.PositiveBigIntegerField(verbose_name="entries")),
                ("root", models.BinaryField(max_length=32)),
                ("text", models.TextField()),
                ("signature", models.BinaryField(max_length=200)),
                ("kept_at", models.DateTimeField(auto_now_add=True, verbose_name="kept since")),
                (
                    "peer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="evidence.peer",
                        verbose_name="witness",
                    ),
                ),
            ],
            options={
                "verbose_name": "checkpoint of a peer",
                "verbose_name_plural": "checkpoints of peers",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("peer", "number"), name="evidence_peer_checkpoint_once")
                ],
            },
        ),
    ]
