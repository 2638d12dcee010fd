"""Pages about orders. Fixed words come first: a reference never looks like one of them."""

from django.urls import path

from complaints.views import enter, follow, lists, order, photos, report

app_name = "complaints"

urlpatterns = [
    path("report/", report.begin, name="report"),
    path("report/done/<reference>/", report.done, name="report_done"),
    path("report/<step>/", report.step, name="report_step"),
    path("enter/", enter.enter, name="enter"),
    path("track/", follow.track, name="track"),
    path("mine/", follow.mine, name="mine"),
    path("claim/", follow.claim, name="claim"),
    path("queue/", lists.queue, name="queue"),
    path("ours/", lists.ours, name="orders"),
    path("all/", lists.all_orders, name="all"),
    path("photos/<uuid:public_id>/<size>/", photos.photo, name="photo"),
    path("<reference>/", order.detail, name="detail"),
    path("<reference>/reveal/", order.reveal, name="reveal"),
    path("<reference>/<verb>/", order.verb, name="verb"),
]
