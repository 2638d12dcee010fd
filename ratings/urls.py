from django.urls import path

from ratings.views import drafts, schemes

app_name = "ratings"

urlpatterns = [
    path("how/<slug:place>/", schemes.how, name="how"),
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/begin/", schemes.begin, name="scheme_begin"),
    path("schemes/<uuid:public_id>/", schemes.scheme, name="scheme"),
    path("schemes/<uuid:public_id>/versions/<int:number>/", schemes.version, name="scheme_version"),
    path("schemes/<uuid:public_id>/periods/open/", schemes.period_open, name="period_open"),
    path("schemes/<uuid:public_id>/draft/begin/", schemes.draft_begin, name="draft_begin"),
    path("schemes/<uuid:public_id>/draft/", drafts.draft, name="draft"),
    path("schemes/<uuid:public_id>/draft/effect/", drafts.effect, name="draft_effect"),
    path("schemes/<uuid:public_id>/draft/sheet/<slug:key>/", drafts.sheet, name="draft_sheet"),
    path("schemes/<uuid:public_id>/draft/part/<slug:key>/", drafts.section, name="draft_part"),
    path(
        "schemes/<uuid:public_id>/draft/part/<slug:key>/<slug:code>/",
        drafts.section,
        name="draft_dimension",
    ),
    path("schemes/<uuid:public_id>/draft/<slug:name>/", drafts.section, name="draft_section"),
]
