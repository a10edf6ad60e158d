"""A version of a form or flow as a file: for version control, or to be brought to another place."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import get_valid_filename

from imbudget.kit import registry
from imbudget.kit.views import KitView
from imbudget.kit.views.list import content_disposition


class DefinitionDownload(KitView):
    """JSON written the same each time; `get_file` gives its name, the version and what is written."""

    def get_file(self) -> tuple[str, Any, dict[str, Any]]:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        name, version, data = self.get_file()
        registry.download_record.get()(request, what=str(version), kind="json", query=request.GET.urlencode())
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = content_disposition(get_valid_filename(name))
        return response
