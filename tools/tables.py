"""The tables of the demonstration: an empty database is migrated in a tenth of the time, as that of the tests is; one that has
tables already is migrated as everywhere.
"""

import os

import django


def main() -> None:
    """Migrate the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imbudget.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.state import ProjectState

    from imbudget.kit.testing.migrating import find_what_changed

    if not connection.introspection.table_names():
        ProjectState._find_reload_model = find_what_changed  # type: ignore[attr-defined]
    call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
