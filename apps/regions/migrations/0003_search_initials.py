"""Regions and units are found by the pinyin initials of their names too: search keys are made anew."""

from django.db import migrations

from imbudget.kit.text import name_key


def refresh(apps, schema_editor):
    for model, limit in (("Region", 300), ("Unit", 500)):
        _refresh(apps.get_model("regions", model), limit)


def _refresh(model, limit):
    names = ("pk", "name_zh_hans", "name_mvf", "code", *(["credit_code"] if model.__name__ == "Unit" else []))
    rows = [
        model(pk=pk, search_key=name_key(chinese or "", mongolian or "", *codes, limit=limit))
        for pk, chinese, mongolian, *codes in model._base_manager.values_list(*names)
    ]
    model._base_manager.bulk_update(rows, ["search_key"], batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("regions", "0002_history")]
    operations = [migrations.RunPython(refresh, migrations.RunPython.noop)]
