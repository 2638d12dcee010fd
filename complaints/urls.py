"""Pages about orders. Fixed words come first: a reference never looks like one of them."""

from django.urls import path

from complaints.views import (
    deadlines,
    enter,
    follow,
    lists,
    order,
    photos,
    report,
    rule_sets,
    rules,
    supervision,
)

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
    path("checks/", lists.checks, name="checks"),
    path("photos/<uuid:public_id>/<size>/", photos.photo, name="photo"),
    path("<reference>/", order.detail, name="detail"),
    path("<reference>/deadlines/", deadlines.deadlines, name="deadlines"),
    path("<reference>/reveal/", order.reveal, name="reveal"),
    path("<reference>/<verb>/", order.verb, name="verb"),
]

# Beside the orders, under a name of their own; fixed words before a stage.
of_rules = (
    [
        path("promises/", rules.promises, name="promises"),
        path("promises/<slug:place>/", rules.promises, name="promises_of"),
        path("rules/", rules.rules, name="rules"),
        path("rules/<slug:place>/", rules.rules, name="place"),
        path("rules/<slug:place>/category/", rules.category, name="category"),
        path("rules/<slug:place>/hours/", rule_sets.hours, name="hours"),
        path("rules/<slug:place>/inherit/", rule_sets.inherit, name="inherit"),
        path("rules/<slug:place>/presets/", rule_sets.preset_list, name="presets"),
        path("rules/<slug:place>/presets/<slug:preset>/", rule_sets.preset, name="preset"),
        path("rules/<slug:place>/<slug:stage>/<slug:which>/", rules.rule, name="rule"),
        path(
            "rules/<slug:place>/<slug:stage>/<slug:which>/withdraw/",
            rule_sets.withdraw,
            name="withdraw",
        ),
    ],
    "rules",
)

of_supervision = (
    [
        path("", supervision.supervision_list, name="list"),
        path("new/", supervision.new, name="new"),
        path("<code>/", supervision.detail, name="detail"),
        path("<code>/sheet/", supervision.sheet, name="sheet"),
        path("<code>/<verb>/", supervision.verb, name="verb"),
    ],
    "supervision",
)
