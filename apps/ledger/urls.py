from django.urls import URLPattern, path

from apps.ledger.views import authorities, books, documentedit, documents

app_name = "ledger"
AUTHORITIES: list[URLPattern] = [
    path("", authorities.AuthorityList.as_view(), name="authorities"),
    path("<int:pk>/", authorities.AuthorityDetail.as_view(), name="authority"),
    path("entries/", authorities.EntryList.as_view(), name="entries"),
    path("postings/", authorities.PostingList.as_view(), name="postings"),
    path("postings/<int:pk>/", authorities.PostingDetail.as_view(), name="posting"),
]
DOCUMENTS: list[URLPattern] = [
    path("documents/", documents.DocumentList.as_view(), name="documents"),
    path("documents/new/", documents.DocumentNew.as_view(), name="document_new"),
    path("documents/<int:pk>/", documents.DocumentDetail.as_view(), name="document"),
    path("documents/<int:pk>/lines/", documents.DocumentLines.as_view(), name="document_lines"),
    path("documents/<int:pk>/edit/", documentedit.DocumentEdit.as_view(), name="document_edit"),
    path("documents/<int:pk>/upload/", documentedit.LinesUpload.as_view(), name="document_upload"),
    path("documents/<int:pk>/template.xlsx", documentedit.LinesTemplate.as_view(), name="document_template"),
    path("documents/<int:pk>/origins.json", documentedit.OriginChoices.as_view(), name="document_origins"),
    path("documents/<int:pk>/targets.json", documentedit.TargetChoices.as_view(), name="document_targets"),
    path("documents/<int:pk>/submit/", documents.DocumentSubmit.as_view(), name="document_submit"),
    path("documents/<int:pk>/number/", documents.DocumentNumber.as_view(), name="document_number"),
    path("documents/<int:pk>/withdraw/", documents.DocumentWithdraw.as_view(), name="document_withdraw"),
    path("documents/<int:pk>/abandon/", documents.DocumentAbandon.as_view(), name="document_abandon"),
]
BOOKS: list[URLPattern] = [
    path("books/", books.BooksList.as_view(), name="books"),
    path("books/open/", books.BooksOpen.as_view(), name="books_open"),
    path("books/<int:pk>/", books.BooksDetail.as_view(), name="book"),
    path("books/<int:pk>/carry-over/", books.BooksCarryOver.as_view(), name="book_carry_over"),
    path("books/<int:pk>/write-off/", books.BooksWriteOff.as_view(), name="book_write_off"),
    path("books/<int:pk>/close/", books.BooksClose.as_view(), name="book_close"),
    path("trial-balance/", books.TrialBalancePage.as_view(), name="trial_balance"),
]

urlpatterns = [*AUTHORITIES, *DOCUMENTS, *BOOKS]
