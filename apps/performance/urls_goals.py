"""Addresses of the library of indicators, of what applications take from it, and of comments on goals."""

from django.urls import path

from apps.performance.views import comments, library

urlpatterns = [
    path("library/", library.LibraryList.as_view(), name="library"),
    path("library/new/", library.IndicatorNew.as_view(), name="library_new"),
    path("library/<int:pk>/", library.IndicatorDetail.as_view(), name="library_indicator"),
    path("library/<int:pk>/adapt/", library.IndicatorAdapt.as_view(), name="library_adapt"),
    path("library/<int:pk>/renew/", library.IndicatorRenew.as_view(), name="library_renew"),
    path("library/<int:pk>/end/", library.IndicatorEnd.as_view(), name="library_end"),
    path("projects/<int:pk>/take/", library.LibraryTake.as_view(), name="goals_take"),
    path("projects/<int:pk>/points/", library.SharePoints.as_view(), name="goals_points"),
    path("projects/<int:pk>/comment/", comments.CommentNew.as_view(), name="goals_comment"),
    path("comments/<int:pk>/settle/", comments.CommentSettle.as_view(), name="comment_settle"),
    path("comments/<int:pk>/withdraw/", comments.CommentWithdraw.as_view(), name="comment_withdraw"),
]
