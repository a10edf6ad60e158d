"""The doors of attached files: one in, sent ahead of a form by a script; one out, through the scope."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.files import services
from apps.files.models import StoredFile
from apps.files.services import FileDamaged
from apps.regions.models import Region, Unit
from imbudget.kit import registry
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.views import KitView, ScopedMixin


class FileDownload(ScopedMixin, KitView):
    """A file as an attachment, never shown in place; its download leaves a record, a changed file is not given out."""

    model = StoredFile

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        stored = self.get_object()
        try:
            handle = services.open_file(self.actor, stored)
        except FileDamaged as damage:
            return TemplateResponse(request, "files/damaged.html", {"reason": str(damage)}, status=409)
        registry.download_record.get()(request, what=stored.name, file=str(stored.pk), digest=stored.digest)
        response = FileResponse(handle, as_attachment=True, filename=stored.name, content_type=stored.kind)
        response["X-Content-Type-Options"] = "nosniff"
        return response


class Upload(KitView):
    """Takes a file ahead of the form that it belongs to; answers a script with its id, or the reason in words."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> JsonResponse:
        file = request.FILES.get("file")
        if file is None:
            return JsonResponse({"error": _("No file came. Choose it once more.")}, status=422)
        unit = self.unit_asked()
        region = unit.region if unit else self.region_asked()
        try:
            stored = services.store_file(self.actor, upload=file, region=region, unit=unit)
        except NotAllowed as refusal:
            return JsonResponse({"error": str(refusal)}, status=403)
        except RuleViolation as refusal:
            return JsonResponse({"error": str(refusal)}, status=422)
        return JsonResponse({"id": str(stored.pk), "name": stored.name, "url": stored.get_absolute_url()})

    def unit_asked(self) -> Unit | None:
        """The unit that the form is about; else the only one of a unit's post."""
        asked, own = self.request.POST.get("unit", ""), self.actor.unit_ids
        if not asked and len(own) != 1:
            return None
        return self.found(Unit.objects.select_related("region"), asked or str(own[0]))

    def region_asked(self) -> Region:
        return self.found(Region.objects, self.request.POST.get("region") or str(self.actor.region_id or ""))

    def found(self, rows: Any, key: str) -> Any:
        number = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
        row = rows.visible_to(self.actor).filter(pk=number).first()
        if row is None:
            raise Http404
        return row
