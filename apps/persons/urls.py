from django.urls import path

from apps.persons.views import incidents, periods, processing, requests, search, show

app_name = "persons"
urlpatterns = [
    path("search/", search.Search.as_view(), name="search"),
    path("requests/", requests.RequestList.as_view(), name="requests"),
    path("requests/new/", requests.RequestNew.as_view(), name="request_new"),
    path("requests/<int:pk>/", requests.RequestDetail.as_view(), name="request"),
    path("requests/<int:pk>/close/", requests.RequestClose.as_view(), name="request_close"),
    path("requests/<int:pk>/copy/", requests.RequestCopy.as_view(), name="request_copy"),
    path("periods/", periods.Periods.as_view(), name="periods"),
    path("periods/<int:pk>/", periods.PeriodEdit.as_view(), name="period"),
    path("incidents/", incidents.IncidentList.as_view(), name="incidents"),
    path("incidents/new/", incidents.IncidentNew.as_view(), name="incident_new"),
    path("incidents/<int:pk>/", incidents.IncidentDetail.as_view(), name="incident"),
    path("incidents/<int:pk>/edit/", incidents.IncidentEdit.as_view(), name="incident_edit"),
    path("incidents/<int:pk>/authority/", incidents.AuthorityTold.as_view(), name="incident_authority"),
    path("incidents/<int:pk>/persons/", incidents.PersonsTold.as_view(), name="incident_persons"),
    path("incidents/<int:pk>/affected/", incidents.AffectedList.as_view(), name="incident_affected"),
    path("incidents/<int:pk>/close/", incidents.IncidentClose.as_view(), name="incident_close"),
    path("processing/", processing.ProcessingList.as_view(), name="processings"),
    path("processing/new/", processing.ProcessingNew.as_view(), name="processing_new"),
    path("processing/<int:pk>/", processing.ProcessingDetail.as_view(), name="processing"),
    path("processing/<int:pk>/end/", processing.ProcessingEnd.as_view(), name="processing_end"),
    path("<str:table>/<int:pk>/", show.Show.as_view(), name="show"),
]
