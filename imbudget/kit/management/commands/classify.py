import csv
import io
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from imbudget.kit.classification import problems, unclassified


class Command(BaseCommand):
    help = "Say what is wrong with the classes of fields (fixtures/security), and print rows for fields that have none."

    def handle(self, *args: Any, **options: Any) -> None:
        found = problems()
        rows = io.StringIO()
        writer = csv.writer(rows, lineterminator="\n")
        for label, names in unclassified().items():
            writer.writerow([label, " ".join(names), "", "", ""])
        self.stdout.write(rows.getvalue())
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("every field has a class")
