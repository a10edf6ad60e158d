from django.urls import path

from apps.review.views import feeds, public, publicapply

app_name = "public"
urlpatterns = [
    path("<str:language>/", public.Index.as_view(), name="index"),
    path("<str:language>/objections/", public.Follow.as_view(), name="follow"),
    path("<str:language>/objections/<str:code>/", public.ObjectionPage.as_view(), name="objection"),
    path("<str:language>/<str:region>/", public.NoticeList.as_view(), name="notices"),
    path("<str:language>/<str:region>/apply/", publicapply.Apply.as_view(), name="apply"),
    path("<str:language>/<str:region>/feed.rss", feeds.rss, name="rss"),
    path("<str:language>/<str:region>/feed.atom", feeds.atom, name="atom"),
    path("<str:language>/<str:region>/<int:year>-<int:number>/", public.NoticePage.as_view(), name="notice"),
    path("<str:language>/<str:region>/results/<int:pk>/", public.ResultPage.as_view(), name="result"),
    path("<str:language>/<str:region>/results/<int:pk>/object/", public.Objecting.as_view(), name="object"),
]
