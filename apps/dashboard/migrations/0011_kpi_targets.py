"""The two targets that the customer has set for the roll-out."""

from django.db import migrations

BASIS = "项目建设目标：平均审批时长缩短30%，执行偏差率下降至5%以内"
TARGETS = (("approval_median", "change", -30), ("hours_median", "change", -30), ("deviation", "most", 5))


def put(apps, schema_editor):
    targets = apps.get_model("dashboard", "KpiTarget")
    for kpi, kind, value in TARGETS:
        targets.objects.get_or_create(kpi=kpi, defaults={"kind": kind, "value": value, "basis": BASIS})


def take_back(apps, schema_editor):
    targets = apps.get_model("dashboard", "KpiTarget")
    for kpi, kind, value in TARGETS:
        targets.objects.filter(kpi=kpi, kind=kind, value=value, basis=BASIS).delete()


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0010_rollout")]
    operations = [migrations.RunPython(put, take_back)]
