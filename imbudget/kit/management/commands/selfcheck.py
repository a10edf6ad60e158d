import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imbudget.kit import registry
from imbudget.kit.registry import SelfCheck


class Command(BaseCommand):
    help = "Look at everything the product rests on, one line each; fails when anything is not as it should be."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the results as JSON")
        parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="run only these checks")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = dict(registry.self_checks.items())
        unknown = sorted(set(options["only"]) - checks.keys())
        if unknown:
            raise CommandError(f"unknown: {', '.join(unknown)}; there are: {', '.join(checks)}")
        results = [run(name, check) for name, check in checks.items() if not options["only"] or name in options["only"]]
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False))
        else:
            for result in results:
                word = "ok  " if result["ok"] else "FAIL"
                self.stdout.write(f"{word} {result['label']}: {result['sentence']}")
        failed = sum(not result["ok"] for result in results)
        if failed:
            raise CommandError(f"{failed} of {len(results)} checks failed")


def run(name: str, check: SelfCheck) -> dict[str, Any]:
    """The result of one check; whatever it raises is a finding."""
    began = time.monotonic()
    try:
        ok, sentence = True, check.run()
    except Exception as error:  # noqa: BLE001 - a check that breaks is a check that fails
        ok, sentence = False, " ".join(f"{error}".split()) or type(error).__name__
    seconds = round(time.monotonic() - began, 3)
    return {"name": name, "label": check.label, "ok": ok, "sentence": sentence, "seconds": seconds}
