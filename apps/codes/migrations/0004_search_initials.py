"""Codes are found by the pinyin initials of their names too: search keys are made anew."""

from django.db import migrations

from imbudget.kit.text import name_key


def refresh(apps, schema_editor):
    model = apps.get_model("codes", "Code")
    rows = [
        model(pk=pk, search_key=name_key(chinese or "", mongolian or "", code, limit=500))
        for pk, chinese, mongolian, code in model._base_manager.values_list("pk", "name_zh_hans", "name_mvf", "code")
    ]
    model._base_manager.bulk_update(rows, ["search_key"], batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("codes", "0003_watched_codes")]
    operations = [migrations.RunPython(refresh, migrations.RunPython.noop)]
