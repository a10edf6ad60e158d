from typing import Any

from django.core.management.base import BaseCommand, CommandError

from imbudget.kit.classification import problems, unclassified


class Command(BaseCommand):
    help = "Say what is wrong with the classes of fields (fixtures/security), and print rows for fields that have none."

    def handle(self, *args: Any, **options: Any) -> None:
        found = problems()
        for label, names in unclassified().items():  # names of our own code: nothing in them needs quoting
            self.stdout.write(f"{label},{' '.join(names)},,,")
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("every field has a class")
