"""What is collected of people, why, on which basis and how long: for everybody, in both languages (PIPL 17, 30, 35)."""

from typing import Any

from apps.persons.selectors import held_kinds
from imbudget.kit.views.public import PublicPage


class Notice(PublicPage):
    template_name = "persons/notice.html"

    def validators(self) -> tuple[Any, ...]:
        return None, *[label for label, _holding in held_kinds()]

    def content(self) -> dict[str, Any]:
        return {"held": [holding for _label, holding in held_kinds()]}
