from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Post, User
from apps.accounts.selectors import forged_rows


class Command(BaseCommand):
    help = "Name every user, post and right that was written past the product; such a row grants nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = forged_rows()
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems")
        self.stdout.write(f"{User.objects.count()} users and {Post.objects.count()} posts bear our stamp")
