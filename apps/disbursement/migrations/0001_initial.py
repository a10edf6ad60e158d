import django.core.validators
import django.db.models.deletion
import imbudget.kit.fields
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("codes", "0015_procurement_items"),
        ("ledger", "0011_keys_by_statement"),
        ("regions", "0007_disbursement_grants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalPayAccount",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("finance", "zero-balance account of the finance office"),
                            ("unit", "zero-balance account of the unit"),
                        ],
                        max_length=7,
                        verbose_name="kind of account",
                    ),
                ),
                ("name", models.CharField(max_length=140, verbose_name="account name")),
                (
                    "number",
                    imbudget.kit.fields.EncryptedTextField(
                        default="",
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z-]{4,34}$", "An account number has 4 to 34 digits, letters or hyphens."
                            )
                        ],
                        verbose_name="account number",
                    ),
                ),
                ("bank_name", models.CharField(max_length=140, verbose_name="bank")),
                (
                    "bank_code",
                    models.CharField(
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "The number of a bank in the clearing system has 12 digits."
                            )
                        ],
                        verbose_name="number of the bank",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="open")),
                ("history_address", models.CharField(blank=True, max_length=45, null=True, verbose_name="address")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "league",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.unit",
                        verbose_name="budget unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical account to pay from",
                "verbose_name_plural": "historical accounts to pay from",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTreasuryLink",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(max_length=140, verbose_name="name")),
                (
                    "dialect",
                    models.CharField(
                        choices=[("mof", "electronic vouchers of the Ministry of Finance"), ("iso", "ISO 20022")],
                        default="mof",
                        max_length=3,
                        verbose_name="kind of message",
                    ),
                ),
                (
                    "place",
                    models.SlugField(
                        help_text="As set by the operator of the machine.",
                        max_length=40,
                        verbose_name="name of the connection",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        help_text="Whose stamp is set on what we send.", max_length=140, verbose_name="our stamp"
                    ),
                ),
                ("stamp_name", models.CharField(blank=True, max_length=140, verbose_name="stamp of the treasury")),
                (
                    "stamp_key",
                    models.CharField(
                        blank=True,
                        max_length=130,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^04[0-9a-f]{128}$", "An SM2 public key has 130 hexadecimal digits and begins with 04."
                            )
                        ],
                        verbose_name="public key of the treasury",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="open")),
                ("history_address", models.CharField(blank=True, max_length=45, null=True, verbose_name="address")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical connection with a treasury",
                "verbose_name_plural": "historical connections with treasuries",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PayAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("finance", "zero-balance account of the finance office"),
                            ("unit", "zero-balance account of the unit"),
                        ],
                        max_length=7,
                        verbose_name="kind of account",
                    ),
                ),
                ("name", models.CharField(max_length=140, verbose_name="account name")),
                (
                    "number",
                    imbudget.kit.fields.EncryptedTextField(
                        default="",
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z-]{4,34}$", "An account number has 4 to 34 digits, letters or hyphens."
                            )
                        ],
                        verbose_name="account number",
                    ),
                ),
                (
                    "number_index",
                    imbudget.kit.fields.BlindIndexField(db_index=True, default=b"", max_length=16, source="number"),
                ),
                ("bank_name", models.CharField(max_length=140, verbose_name="bank")),
                (
                    "bank_code",
                    models.CharField(
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "The number of a bank in the clearing system has 12 digits."
                            )
                        ],
                        verbose_name="number of the bank",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="open")),
                (
                    "league",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.unit",
                        verbose_name="budget unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "account to pay from",
                "verbose_name_plural": "accounts to pay from",
            },
        ),
        migrations.CreateModel(
            name="PaymentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="business key")),
                ("number", models.CharField(editable=False, max_length=20, verbose_name="number of the request")),
                (
                    "business",
                    models.CharField(
                        choices=[
                            ("normal", "ordinary payment"),
                            ("salary", "salaries"),
                            ("batch", "payment to many"),
                            ("card", "repayment of business cards"),
                            ("subsidy", "subsidies to people"),
                        ],
                        default="normal",
                        max_length=7,
                        verbose_name="type of business",
                    ),
                ),
                (
                    "settlement",
                    models.CharField(
                        choices=[("1", "bank transfer"), ("2", "cheque"), ("3", "business card"), ("4", "cash")],
                        default="1",
                        max_length=1,
                        verbose_name="way of settling",
                    ),
                ),
                ("purpose", models.CharField(max_length=140, verbose_name="purpose")),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, default=0, editable=False, max_digits=20, verbose_name="total"
                    ),
                ),
                (
                    "paid",
                    models.DecimalField(
                        decimal_places=2, default=0, editable=False, max_digits=20, verbose_name="paid"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "under approval"),
                            ("returned", "returned"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("approved", "voucher made"),
                            ("paid", "paid"),
                            ("part", "paid in part"),
                            ("failed", "not paid"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "return_reason",
                    models.CharField(blank=True, editable=False, max_length=2000, verbose_name="reason of return"),
                ),
                ("hold", models.CharField(blank=True, editable=False, max_length=120)),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="handed in at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disbursement.payaccount",
                        verbose_name="account to pay from",
                    ),
                ),
                (
                    "again",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="disbursement.paymentrequest",
                        verbose_name="pays again",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="ledger.authority",
                        verbose_name="authority",
                    ),
                ),
                (
                    "league",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.unit",
                        verbose_name="budget unit",
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="codes.fiscalyear",
                        verbose_name="fiscal year",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment request",
                "verbose_name_plural": "payment requests",
            },
        ),
        migrations.CreateModel(
            name="HistoricalPaymentRow",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="no.")),
                ("reference", models.CharField(db_index=True, editable=False, max_length=35, verbose_name="reference")),
                ("payee_name", models.CharField(max_length=140, verbose_name="payee")),
                (
                    "payee_account",
                    imbudget.kit.fields.EncryptedTextField(
                        default="",
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z-]{4,34}$", "An account number has 4 to 34 digits, letters or hyphens."
                            )
                        ],
                        verbose_name="account of the payee",
                    ),
                ),
                ("payee_bank", models.CharField(blank=True, max_length=140, verbose_name="bank of the payee")),
                (
                    "payee_bank_code",
                    models.CharField(
                        blank=True,
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "The number of a bank in the clearing system has 12 digits."
                            )
                        ],
                        verbose_name="number of the bank",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="amount")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("waiting", "not yet answered"), ("paid", "paid"), ("failed", "not paid")],
                        default="waiting",
                        editable=False,
                        max_length=7,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "reason_code",
                    models.CharField(blank=True, editable=False, max_length=35, verbose_name="code of the reason"),
                ),
                ("reason", models.CharField(blank=True, editable=False, max_length=360, verbose_name="reason")),
                (
                    "bank_reference",
                    models.CharField(
                        blank=True, editable=False, max_length=42, verbose_name="number of the bank's booking"
                    ),
                ),
                ("paid_on", models.DateField(editable=False, null=True, verbose_name="paid on")),
                ("history_address", models.CharField(blank=True, max_length=45, null=True, verbose_name="address")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="disbursement.paymentrequest",
                        verbose_name="payment request",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical payee of a request",
                "verbose_name_plural": "historical payees of a request",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPaymentRequest",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "uid",
                    models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="business key"),
                ),
                ("number", models.CharField(editable=False, max_length=20, verbose_name="number of the request")),
                (
                    "business",
                    models.CharField(
                        choices=[
                            ("normal", "ordinary payment"),
                            ("salary", "salaries"),
                            ("batch", "payment to many"),
                            ("card", "repayment of business cards"),
                            ("subsidy", "subsidies to people"),
                        ],
                        default="normal",
                        max_length=7,
                        verbose_name="type of business",
                    ),
                ),
                (
                    "settlement",
                    models.CharField(
                        choices=[("1", "bank transfer"), ("2", "cheque"), ("3", "business card"), ("4", "cash")],
                        default="1",
                        max_length=1,
                        verbose_name="way of settling",
                    ),
                ),
                ("purpose", models.CharField(max_length=140, verbose_name="purpose")),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, default=0, editable=False, max_digits=20, verbose_name="total"
                    ),
                ),
                (
                    "paid",
                    models.DecimalField(
                        decimal_places=2, default=0, editable=False, max_digits=20, verbose_name="paid"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "under approval"),
                            ("returned", "returned"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("approved", "voucher made"),
                            ("paid", "paid"),
                            ("part", "paid in part"),
                            ("failed", "not paid"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "return_reason",
                    models.CharField(blank=True, editable=False, max_length=2000, verbose_name="reason of return"),
                ),
                ("hold", models.CharField(blank=True, editable=False, max_length=120)),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created at")),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="handed in at")),
                ("history_address", models.CharField(blank=True, max_length=45, null=True, verbose_name="address")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.authority",
                        verbose_name="authority",
                    ),
                ),
                (
                    "league",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.unit",
                        verbose_name="budget unit",
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="codes.fiscalyear",
                        verbose_name="fiscal year",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="disbursement.payaccount",
                        verbose_name="account to pay from",
                    ),
                ),
                (
                    "again",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="disbursement.paymentrequest",
                        verbose_name="pays again",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical payment request",
                "verbose_name_plural": "historical payment requests",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PaymentRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="no.")),
                ("reference", models.CharField(editable=False, max_length=35, unique=True, verbose_name="reference")),
                ("payee_name", models.CharField(max_length=140, verbose_name="payee")),
                (
                    "payee_account",
                    imbudget.kit.fields.EncryptedTextField(
                        default="",
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z-]{4,34}$", "An account number has 4 to 34 digits, letters or hyphens."
                            )
                        ],
                        verbose_name="account of the payee",
                    ),
                ),
                (
                    "payee_index",
                    imbudget.kit.fields.BlindIndexField(
                        db_index=True, default=b"", max_length=16, source="payee_account"
                    ),
                ),
                ("payee_bank", models.CharField(blank=True, max_length=140, verbose_name="bank of the payee")),
                (
                    "payee_bank_code",
                    models.CharField(
                        blank=True,
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "The number of a bank in the clearing system has 12 digits."
                            )
                        ],
                        verbose_name="number of the bank",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="amount")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("waiting", "not yet answered"), ("paid", "paid"), ("failed", "not paid")],
                        default="waiting",
                        editable=False,
                        max_length=7,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "reason_code",
                    models.CharField(blank=True, editable=False, max_length=35, verbose_name="code of the reason"),
                ),
                ("reason", models.CharField(blank=True, editable=False, max_length=360, verbose_name="reason")),
                (
                    "bank_reference",
                    models.CharField(
                        blank=True, editable=False, max_length=42, verbose_name="number of the bank's booking"
                    ),
                ),
                ("paid_on", models.DateField(editable=False, null=True, verbose_name="paid on")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="disbursement.paymentrequest",
                        verbose_name="payment request",
                    ),
                ),
            ],
            options={
                "verbose_name": "payee of a request",
                "verbose_name_plural": "payees of a request",
                "ordering": ["request", "number"],
            },
        ),
        migrations.CreateModel(
            name="TreasuryLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=140, verbose_name="name")),
                (
                    "dialect",
                    models.CharField(
                        choices=[("mof", "electronic vouchers of the Ministry of Finance"), ("iso", "ISO 20022")],
                        default="mof",
                        max_length=3,
                        verbose_name="kind of message",
                    ),
                ),
                (
                    "place",
                    models.SlugField(
                        help_text="As set by the operator of the machine.",
                        max_length=40,
                        verbose_name="name of the connection",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        help_text="Whose stamp is set on what we send.", max_length=140, verbose_name="our stamp"
                    ),
                ),
                ("stamp_name", models.CharField(blank=True, max_length=140, verbose_name="stamp of the treasury")),
                (
                    "stamp_key",
                    models.CharField(
                        blank=True,
                        max_length=130,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^04[0-9a-f]{128}$", "An SM2 public key has 130 hexadecimal digits and begins with 04."
                            )
                        ],
                        verbose_name="public key of the treasury",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="open")),
                (
                    "region",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "connection with a treasury",
                "verbose_name_plural": "connections with treasuries",
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("division", models.CharField(editable=False, max_length=9)),
                ("year", models.PositiveSmallIntegerField(verbose_name="fiscal year")),
                ("type", models.CharField(default="5214", max_length=4, verbose_name="type of voucher")),
                ("number", models.CharField(max_length=42, verbose_name="voucher number")),
                ("dated", models.DateField(verbose_name="date of the voucher")),
                ("body", models.BinaryField()),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("made", "not yet sent"),
                            ("sent", "sent"),
                            ("taken", "received by the treasury"),
                            ("answered", "receipt received"),
                            ("refused", "refused by the treasury"),
                        ],
                        default="made",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "state_word",
                    models.CharField(blank=True, editable=False, max_length=360, verbose_name="word of the treasury"),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="receipt received at")),
                (
                    "league",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voucher",
                        to="disbursement.paymentrequest",
                        verbose_name="payment request",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.unit",
                        verbose_name="budget unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment voucher",
                "verbose_name_plural": "payment vouchers",
            },
        ),
        migrations.CreateModel(
            name="OutMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=35, unique=True, verbose_name="name")),
                ("raw", models.BinaryField()),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits to be sent"),
                            ("sent", "sent"),
                            ("refused", "refused by the other end"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0, verbose_name="tries")),
                ("due", models.DateTimeField(verbose_name="next try")),
                ("trouble", models.CharField(blank=True, max_length=500, verbose_name="last trouble")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent",
                        to="disbursement.treasurylink",
                        verbose_name="connection",
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="disbursement.voucher",
                        verbose_name="payment voucher",
                    ),
                ),
            ],
            options={
                "verbose_name": "message sent",
                "verbose_name_plural": "messages sent",
            },
        ),
        migrations.CreateModel(
            name="InMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("raw", models.BinaryField()),
                ("times", models.PositiveIntegerField(default=1, verbose_name="times received")),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "new"), ("done", "taken into account"), ("refused", "not believed")],
                        default="new",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("genuine", models.BooleanField(null=True, verbose_name="genuine")),
                ("trouble", models.CharField(blank=True, max_length=500, verbose_name="trouble")),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received at")),
                ("done_at", models.DateTimeField(null=True, verbose_name="taken into account at")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received",
                        to="disbursement.treasurylink",
                        verbose_name="connection",
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="disbursement.voucher",
                        verbose_name="payment voucher",
                    ),
                ),
            ],
            options={
                "verbose_name": "message received",
                "verbose_name_plural": "messages received",
            },
        ),
        migrations.AddConstraint(
            model_name="payaccount",
            constraint=models.UniqueConstraint(
                fields=("number_index",),
                name="pay_account_once",
                violation_error_message="There is an account with this number already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "unit"), ("unit__isnull", False)),
                    models.Q(("kind", "finance"), ("unit__isnull", True)),
                    _connector="OR",
                ),
                name="pay_account_unit",
                violation_error_message="The account of a unit names its unit, that of the finance office none.",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(fields=["year", "-id"], name="request_year"),
        ),
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(fields=["league", "year", "-id"], name="request_league_year"),
        ),
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(fields=["region", "year", "-id"], name="request_region_year"),
        ),
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(fields=["unit", "year", "-id"], name="request_unit_year"),
        ),
        migrations.AddConstraint(
            model_name="paymentrequest",
            constraint=models.UniqueConstraint(fields=("region", "year", "number"), name="request_number_once"),
        ),
        migrations.AddConstraint(
            model_name="paymentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0), ("paid__gte", 0), ("paid__lte", models.F("total"))),
                name="request_pays_at_most_its_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrow",
            constraint=models.UniqueConstraint(fields=("request", "number"), name="payment_row_number_once"),
        ),
        migrations.AddConstraint(
            model_name="paymentrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)),
                name="payment_row_moves_money",
                violation_error_message="The amount must be above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.UniqueConstraint(fields=("division", "year", "type", "number"), name="voucher_once"),
        ),
        migrations.AddIndex(
            model_name="outmessage",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["link", "due"], name="out_due"),
        ),
        migrations.AddIndex(
            model_name="inmessage",
            index=models.Index(condition=models.Q(("state", "new")), fields=["id"], name="in_new"),
        ),
        migrations.AddConstraint(
            model_name="inmessage",
            constraint=models.UniqueConstraint(fields=("link", "digest"), name="in_message_once"),
        ),
    ]
