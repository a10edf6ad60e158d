from django.urls import URLPattern, path

from apps.ledger.views import authorities

app_name = "ledger"
AUTHORITIES: list[URLPattern] = [
    path("", authorities.AuthorityList.as_view(), name="authorities"),
    path("<int:pk>/", authorities.AuthorityDetail.as_view(), name="authority"),
    path("entries/", authorities.EntryList.as_view(), name="entries"),
    path("postings/", authorities.PostingList.as_view(), name="postings"),
    path("postings/<int:pk>/", authorities.PostingDetail.as_view(), name="posting"),
]

urlpatterns = [*AUTHORITIES]
