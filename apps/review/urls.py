from django.urls import URLPattern, path, re_path

from apps.review.views import (
    conclusions,
    desk,
    deskdiscussion,
    desksheet,
    draws,
    expertacts,
    expertimport,
    experts,
    panel,
    publicity,
    reviews,
    statistics,
)

app_name = "review"

# --- expert pool
POOL: list[URLPattern] = [
    path("experts/", experts.ExpertList.as_view(), name="experts"),
    path("experts/new/", experts.ExpertNew.as_view(), name="expert_new"),
    path("experts/import/", expertimport.ExpertImport.as_view(), name="expert_import"),
    path("experts/import/template/", expertimport.ExpertTemplate.as_view(), name="expert_template"),
    re_path(
        r"^experts/import/(?P<token>[0-9a-f]{32})\.xlsx$", expertimport.MarkedExperts.as_view(), name="expert_marked"
    ),
    path("experts/<int:pk>/", experts.ExpertDetail.as_view(), name="expert"),
    path("experts/<int:pk>/edit/", experts.ExpertEdit.as_view(), name="expert_edit"),
    path("experts/<int:pk>/submit/", expertacts.ExpertSubmit.as_view(), name="expert_submit"),
    path("experts/<int:pk>/decline/", expertacts.ExpertDecline.as_view(), name="expert_decline"),
    path("experts/<int:pk>/suspend/", expertacts.ExpertSuspend.as_view(), name="expert_suspend"),
    path("experts/<int:pk>/resume/", expertacts.ExpertResume.as_view(), name="expert_resume"),
    path("experts/<int:pk>/remove/", expertacts.ExpertRemove.as_view(), name="expert_remove"),
    path("experts/<int:pk>/unmask/", expertacts.ExpertUnmask.as_view(), name="expert_unmask"),
    path("experts/members/<int:pk>/rate/", expertacts.ExpertRate.as_view(), name="expert_rate"),
]

# --- reviews, conclusions, statistics
REVIEWS: list[URLPattern] = [
    path("", reviews.ReviewList.as_view(), name="reviews"),
    path("waiting/", reviews.WaitingList.as_view(), name="waiting"),
    path("new/", reviews.ReviewNew.as_view(), name="review_new"),
    path("statistics/", statistics.Statistics.as_view(), name="statistics"),
    path("<int:pk>/", reviews.ReviewDetail.as_view(), name="review"),
    path("<int:pk>/compute/", reviews.ReviewCompute.as_view(), name="review_compute"),
    path("<int:pk>/cancel/", reviews.ReviewCancel.as_view(), name="review_cancel"),
    path("<int:pk>/sheets/<int:sheet>/", conclusions.SheetPage.as_view(), name="sheet"),
    path("conclusions/<int:pk>/", conclusions.ConclusionDetail.as_view(), name="conclusion"),
    path("conclusions/<int:pk>/edit/", conclusions.ConclusionEdit.as_view(), name="conclusion_edit"),
    path("conclusions/<int:pk>/submit/", conclusions.ConclusionSubmit.as_view(), name="conclusion_submit"),
]

# --- draws
DRAWS: list[URLPattern] = [
    path("reviews/<int:pk>/draw/", draws.DrawNew.as_view(), name="draw_new"),
    path("reviews/<int:pk>/replace/", draws.DrawReplace.as_view(), name="draw_replace"),
    path("reviews/<int:pk>/redraw/", draws.RedrawRequest.as_view(), name="draw_redraw"),
    path("draws/<int:pk>/", draws.DrawDetail.as_view(), name="draw"),
    path("draws/<int:pk>/make/", draws.DrawMake.as_view(), name="draw_make"),
    path("draws/<int:pk>/allow/", draws.DrawAllow.as_view(), name="draw_allow"),
    path("draws/<int:pk>/void/", draws.DrawVoid.as_view(), name="draw_void"),
    path("draws/<int:pk>/refuse/", draws.DrawRefuse.as_view(), name="draw_refuse"),
]

# --- panels, and the desk of an expert
PANELS: list[URLPattern] = [
    path("desk/", desk.Desk.as_view(), name="desk"),
    path("desk/<int:pk>/", desk.DeskReview.as_view(), name="desk_review"),
    path("desk/<int:pk>/accept/", desk.DeskAccept.as_view(), name="desk_accept"),
    path("desk/<int:pk>/decline/", desk.DeskDecline.as_view(), name="desk_decline"),
    path("desk/<int:pk>/declare/", desk.DeskDeclare.as_view(), name="desk_declare"),
    path("desk/<int:pk>/projects/<int:item>/", desk.DeskProject.as_view(), name="desk_project"),
    path("desk/<int:pk>/projects/<int:item>/files/<uuid:file>/", desk.DeskAttachment.as_view(), name="desk_attachment"),
    path("desk/<int:pk>/projects/<int:item>/sheet/", desksheet.DeskSheet.as_view(), name="desk_sheet"),
    path("desk/<int:pk>/projects/<int:item>/submit/", desksheet.DeskSubmit.as_view(), name="desk_submit"),
    path("desk/<int:pk>/projects/<int:item>/revise/", desksheet.DeskRevise.as_view(), name="desk_revise"),
    path("desk/<int:pk>/projects/<int:item>/explain/", deskdiscussion.DeskExplain.as_view(), name="desk_explain"),
    path("desk/<int:pk>/projects/<int:item>/dissent/", deskdiscussion.DeskDissent.as_view(), name="desk_dissent"),
    path("desk/<int:pk>/discussion/", deskdiscussion.DeskDiscussion.as_view(), name="desk_discussion"),
    path("desk/<int:pk>/discussion/note/", deskdiscussion.DeskNote.as_view(), name="desk_note"),
    path("reviews/<int:pk>/panel/", panel.PanelPage.as_view(), name="panel"),
    path("reviews/<int:pk>/panel/urge/", panel.PanelUrge.as_view(), name="panel_urge"),
    path("reviews/<int:pk>/panel/note/", panel.PanelNote.as_view(), name="panel_note"),
    path("reviews/<int:pk>/discussion/", panel.DiscussionOpen.as_view(), name="discussion_open"),
    path("members/<int:pk>/miss/", panel.PanelMiss.as_view(), name="panel_miss"),
]

# --- publicity and objections, inside
PUBLICITY: list[URLPattern] = [
    path("publicity/", publicity.PublicityList.as_view(), name="publicities"),
    path("publicity/<int:pk>/", publicity.PublicityDetail.as_view(), name="publicity"),
    path("publicity/<int:pk>/take-down/", publicity.TakeDown.as_view(), name="take_down"),
    path("conclusions/<int:pk>/publish/", publicity.Publish.as_view(), name="publish"),
    path("objections/", publicity.ObjectionList.as_view(), name="objections"),
    path("objections/<int:pk>/", publicity.ObjectionDetail.as_view(), name="objection"),
    path("objections/<int:pk>/accept/", publicity.ObjectionAccept.as_view(), name="objection_accept"),
    path("objections/<int:pk>/refuse/", publicity.ObjectionRefuse.as_view(), name="objection_refuse"),
    path("objections/<int:pk>/decide/", publicity.ObjectionDecide.as_view(), name="objection_decide"),
]

urlpatterns = [*POOL, *REVIEWS, *DRAWS, *PANELS, *PUBLICITY]
