from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry

EVENTS = {
    "evidence.downloaded": _("document or list downloaded"),
    "evidence.rows_sealed": _("versions of rows sealed"),
    "evidence.row_accepted": _("row changed past the services accepted"),
    "evidence.rows_taken_in": _("rows of a table taken in anew"),
    "evidence.peer_added": _("witness named"),
    "evidence.peer_ended": _("witness ended"),
    "evidence.peer_witnessed": _("checkpoint of another installation witnessed"),
    "evidence.peer_broke": _("log of another installation is not consistent"),
}


class EvidenceConfig(AppConfig):
    name = "apps.evidence"
    verbose_name = _("record")

    def ready(self) -> None:
        from apps.evidence.anchoring.standing import references
        from apps.evidence.selfchecks import CHECKS
        from apps.evidence.services import record_download
        from apps.evidence.vocabulary import register_events

        register_events("evidence", EVENTS)
        registry.download_record.fill(record_download)
        registry.checkpoint_anchors.add("chain", references)
        for name, check in CHECKS.items():
            registry.self_checks.add(name, check)
