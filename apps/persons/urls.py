from django.urls import path

from apps.persons.views import periods, requests, search, show

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
    path("<str:table>/<int:pk>/", show.Show.as_view(), name="show"),
]
