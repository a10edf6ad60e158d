"""The queue inside the database (pgmq as plain SQL): the broker where no RabbitMQ or Redis is named."""

import pgmq
from django.db import migrations


def install(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'pgmq'")
        if cursor.fetchone() is None:
            cursor.execute(pgmq.get_embedded_install_sql())


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
