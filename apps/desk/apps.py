from importlib import import_module

from django.apps import AppConfig

from imbudget.kit import registry


class DeskConfig(AppConfig):
    name = "apps.desk"

    def ready(self) -> None:
        from apps.desk.sealing import files_under
        from apps.desk.services import SavedViews

        registry.saved_views.fill(SavedViews())
        registry.key_holders.add("desk.files", files_under)
        import_module("apps.desk.tasks")  # the services send jobs by the task's name
