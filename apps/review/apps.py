from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "apps.review"
    verbose_name = _("expert review")

    def ready(self) -> None:
        from apps.evidence.vocabulary import register_events
        from apps.notices import kinds
        from apps.review.events import EVENTS
        from apps.review.notices import KINDS

        register_events("review", EVENTS)
        for kind, (template, label) in KINDS.items():
            kinds.register(kind, template, label)
