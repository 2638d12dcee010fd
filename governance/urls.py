"""Every app's pages and API, one line each."""

from django.urls import include, path

from complaints.urls import of_rules, of_supervision
from governance import groups, indicator_pages, outbox, views

urlpatterns = [
    path("", views.front, name="front"),
    path("overview/", views.overview, name="overview"),
    path("indicators/", indicator_pages.indicators, name="indicators"),
    path("indicators/export/", indicator_pages.indicators_export, name="indicators_export"),
    path("indicators/<slug:key>/", indicator_pages.indicator, name="indicator"),
    path("indicators/<slug:key>/rows/", indicator_pages.indicator_rows, name="indicator_rows"),
    path("stylebook/", views.stylebook, name="stylebook"),
    path("health/", views.health, name="health"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/retry/", outbox.outbox_retry, name="outbox_retry"),
    path("groups/", groups.groups, name="groups"),
    path("groups/<uuid:public_id>/greet/", groups.group_greet, name="group_greet"),
    path("groups/<uuid:public_id>/disconnect/", groups.group_disconnect, name="group_disconnect"),
    path("language/", include("django.conf.urls.i18n")),
    path("account/", include("accounts.urls")),
    path("notices/", include("notifications.urls")),
    path("orders/", include("complaints.urls")),
    path("supervision/", include(of_supervision)),
    path("", include(of_rules)),
    path("ratings/", include("ratings.urls")),
    path("", include("communities.urls")),
    path("api/", include("governance.api_urls")),
]

# A crash, or a database that is away: in every layer, for pages and programs alike.
handler500 = "common.away.broken"
