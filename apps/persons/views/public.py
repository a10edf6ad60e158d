"""What is collected of people, why, on which basis and how long: for everybody, in both languages (PIPL 17, 30, 35)."""

from typing import Any

from apps.persons.why import other_purposes, set_days, why, why_of
from imbudget.kit import registry
from imbudget.kit.views.public import PublicPage


class Notice(PublicPage):
    template_name = "persons/notice.html"

    def validators(self) -> tuple[Any, ...]:
        return None, *[label for label, _holding in registry.personal_data.items()], str(sorted(set_days().items()))

    def content(self) -> dict[str, Any]:
        days = set_days()
        held = [(holding, why(holding, days)) for _label, holding in registry.personal_data.items()]
        return {"held": held, "others": [(tables, why_of(purpose)) for purpose, tables in other_purposes()]}
