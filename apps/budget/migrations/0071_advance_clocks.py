"""Terms that end on a day of their own; what is notified of next year's transfers in advance."""

import django.core.validators
from django.db import migrations, models

from imbudget.kit.history import history_trigger_sql

TABLE = ("budget_statutoryclock", "budget_historicalstatutoryclock")
COLUMNS = [
    *("id", "code", "name", "name_zh_hans", "name_mvf", "from_act", "to_act", "days", "counting", "level", "basis"),
    *("basis_zh_hans", "basis_mvf", "is_active", "is_verified", "source"),
]
BEFORE = history_trigger_sql(*TABLE, COLUMNS)
HISTORY = history_trigger_sql(*TABLE, [*COLUMNS, "due_by"])


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0070_asset_standards"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="statutoryclock",
            name="clock_has_days",
        ),
        migrations.AddField(
            model_name="historicalstatutoryclock",
            name="due_by",
            field=models.CharField(
                blank=True,
                help_text="Month and day in the year before the fiscal year, like 10-31; empty: after so many days.",
                max_length=5,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])$|^(0[13-9]|1[0-2])-(29|30)$|^(0[13578]|1[02])-31$"
                    )
                ],
                verbose_name="ends on the day",
            ),
        ),
        migrations.AddField(
            model_name="statutoryclock",
            name="due_by",
            field=models.CharField(
                blank=True,
                help_text="Month and day in the year before the fiscal year, like 10-31; empty: after so many days.",
                max_length=5,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])$|^(0[13-9]|1[0-2])-(29|30)$|^(0[13578]|1[02])-31$"
                    )
                ],
                verbose_name="ends on the day",
            ),
        ),
        migrations.AlterField(
            model_name="actday",
            name="act",
            field=models.CharField(
                choices=[
                    ("national_congress", "the National People's Congress has approved"),
                    ("congress", "the people's congress of the region has approved"),
                    ("departments_answered", "budgets of the departments approved"),
                    ("units_answered", "budgets of the units approved by their departments"),
                    ("budget_published", "government budget published"),
                    ("departments_published", "department budgets published"),
                    ("central_general", "general transfers received from the centre"),
                    ("central_special", "special transfers received from the centre"),
                    ("general_passed", "general transfers given to lower regions"),
                    ("special_passed", "special transfers given to lower regions"),
                    ("transfer_received", "a transfer from above received"),
                    ("transfer_passed", "the transfer passed on to counties"),
                    ("direct_received", "direct funds received"),
                    ("direct_filed", "plan of the direct funds filed"),
                    ("announced", "compiling the budget of the year announced"),
                    ("advance_received", "transfers of next year notified in advance from above"),
                    ("advance_passed", "transfers of next year notified in advance to lower regions"),
                ],
                max_length=24,
                verbose_name="act",
            ),
        ),
        migrations.AlterField(
            model_name="historicalactday",
            name="act",
            field=models.CharField(
                choices=[
                    ("national_congress", "the National People's Congress has approved"),
                    ("congress", "the people's congress of the region has approved"),
                    ("departments_answered", "budgets of the departments approved"),
                    ("units_answered", "budgets of the units approved by their departments"),
                    ("budget_published", "government budget published"),
                    ("departments_published", "department budgets published"),
                    ("central_general", "general transfers received from the centre"),
                    ("central_special", "special transfers received from the centre"),
                    ("general_passed", "general transfers given to lower regions"),
                    ("special_passed", "special transfers given to lower regions"),
                    ("transfer_received", "a transfer from above received"),
                    ("transfer_passed", "the transfer passed on to counties"),
                    ("direct_received", "direct funds received"),
                    ("direct_filed", "plan of the direct funds filed"),
                    ("announced", "compiling the budget of the year announced"),
                    ("advance_received", "transfers of next year notified in advance from above"),
                    ("advance_passed", "transfers of next year notified in advance to lower regions"),
                ],
                max_length=24,
                verbose_name="act",
            ),
        ),
        migrations.AlterField(
            model_name="historicalstatutoryclock",
            name="days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: the term ends on a day of its own.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="days",
            ),
        ),
        migrations.AlterField(
            model_name="historicalstatutoryclock",
            name="from_act",
            field=models.CharField(
                choices=[
                    ("national_congress", "the National People's Congress has approved"),
                    ("congress", "the people's congress of the region has approved"),
                    ("departments_answered", "budgets of the departments approved"),
                    ("units_answered", "budgets of the units approved by their departments"),
                    ("budget_published", "government budget published"),
                    ("departments_published", "department budgets published"),
                    ("central_general", "general transfers received from the centre"),
                    ("central_special", "special transfers received from the centre"),
                    ("general_passed", "general transfers given to lower regions"),
                    ("special_passed", "special transfers given to lower regions"),
                    ("transfer_received", "a transfer from above received"),
                    ("transfer_passed", "the transfer passed on to counties"),
                    ("direct_received", "direct funds received"),
                    ("direct_filed", "plan of the direct funds filed"),
                    ("announced", "compiling the budget of the year announced"),
                    ("advance_received", "transfers of next year notified in advance from above"),
                    ("advance_passed", "transfers of next year notified in advance to lower regions"),
                ],
                max_length=24,
                verbose_name="begins with",
            ),
        ),
        migrations.AlterField(
            model_name="historicalstatutoryclock",
            name="to_act",
            field=models.CharField(
                choices=[
                    ("national_congress", "the National People's Congress has approved"),
                    ("congress", "the people's congress of the region has approved"),
                    ("departments_answered", "budgets of the departments approved"),
                    ("units_answered", "budgets of the units approved by their departments"),
                    ("budget_published", "government budget published"),
                    ("departments_published", "department budgets published"),
                    ("central_general", "general transfers received from the centre"),
                    ("central_special", "special transfers received from the centre"),
                    ("general_passed", "general transfers given to lower regions"),
                    ("special_passed", "special transfers given to lower regions"),
                    ("transfer_received", "a transfer from above received"),
                    ("transfer_passed", "the transfer passed on to counties"),
                    ("direct_received", "direct funds received"),
                    ("direct_filed", "plan of the direct funds filed"),
                    ("announced", "compiling the budget of the year announced"),
                    ("advance_received", "transfers of next year notified in advance from above"),
                    ("advance_passed", "transfers of next year notified in advance to lower regions"),
                ],
                max_length=24,
                verbose_name="ends with",
            ),
        ),
        migrations.AlterField(
            model_name="statutoryclock",
            name="days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: the term ends on a day of its own.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="days",
            ),
        ),
        migrations.AlterField(
            model_name="statutoryclock",
            name="from_act",
            field=models.CharField(
                choices=[
                    ("national_congress", "the National People's Congress has approved"),
                    ("congress", "the people's congress of the region has approved"),
                    ("departments_answered", "budgets of the departments approved"),
                    ("units_answered", "budgets of the units approved by their departments"),
                    ("budget_published", "government budget published"),
                    ("departments_published", "department budgets published"),
                    ("central_general", "general transfers received from the centre"),
                    ("central_special", "special transfers received from the centre"),
                    ("general_passed", "general transfers given to lower regions"),
                    ("special_passed", "special transfers given to lower regions"),
                    ("transfer_received", "a transfer from above received"),
                    ("transfer_passed", "the transfer passed on to counties"),
                    ("direct_received", "direct funds received"),
                    ("direct_filed", "plan of the direct funds filed"),
                    ("announced", "compiling the budget of the year announced"),
                    ("advance_received", "transfers of next year notified in advance from above"),
                    ("advance_passed", "transfers of next year notified in advance to lower regions"),
                ],
                max_length=24,
                verbose_name="begins with",
            ),
        ),
        migrations.AlterField(
            model_name="statutoryclock",
            name="to_act",
            field=models.CharField(
                choices=[
                    ("national_congress", "the National People's Congress has approved"),
                    ("congress", "the people's congress of the region has approved"),
                    ("departments_answered", "budgets of the departments approved"),
                    ("units_answered", "budgets of the units approved by their departments"),
                    ("budget_published", "government budget published"),
                    ("departments_published", "department budgets published"),
                    ("central_general", "general transfers received from the centre"),
                    ("central_special", "special transfers received from the centre"),
                    ("general_passed", "general transfers given to lower regions"),
                    ("special_passed", "special transfers given to lower regions"),
                    ("transfer_received", "a transfer from above received"),
                    ("transfer_passed", "the transfer passed on to counties"),
                    ("direct_received", "direct funds received"),
                    ("direct_filed", "plan of the direct funds filed"),
                    ("announced", "compiling the budget of the year announced"),
                    ("advance_received", "transfers of next year notified in advance from above"),
                    ("advance_passed", "transfers of next year notified in advance to lower regions"),
                ],
                max_length=24,
                verbose_name="ends with",
            ),
        ),
        migrations.AddConstraint(
            model_name="statutoryclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days__gte", 1), ("due_by", "")),
                    models.Q(("days", None), models.Q(("due_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="clock_has_days_or_a_day",
                violation_error_message="A term has so many days, or ends on a day of its own.",
            ),
        ),
        migrations.RunSQL(BEFORE[1] + HISTORY[0], HISTORY[1] + BEFORE[0]),
    ]
