from django.urls import path

from ratings.views import (
    assessments,
    drafts,
    periods,
    photos,
    published,
    rectification,
    schemes,
    scores,
)

app_name = "ratings"

urlpatterns = [
    path("", periods.home, name="home"),
    path("periods/<uuid:public_id>/", periods.period, name="period"),
    path("periods/<uuid:public_id>/freeze/", periods.freeze, name="period_freeze"),
    path("periods/<uuid:public_id>/publish/", periods.publish, name="period_publish"),
    path("periods/<uuid:public_id>/table/", scores.league, name="table"),
    path("cards/<uuid:public_id>/", scores.card, name="card"),
    path("cards/<uuid:public_id>/correct/", scores.correct, name="card_correct"),
    path("cards/<uuid:public_id>/sheets/<uuid:sheet>/", scores.sheet, name="card_sheet"),
    path(
        "cards/<uuid:public_id>/sheets/<uuid:sheet>/correct/",
        scores.sheet_correct,
        name="card_sheet_correct",
    ),
    path("cards/<uuid:public_id>/figures/<slug:figure>/", scores.figure, name="card_figure"),
    path("firms/<slug:code>/", scores.firm, name="firm"),
    path("published/", published.published, name="published"),
    path("published/chain.jsonl", published.chain, name="chain"),
    path("published/feed/", published.feed, name="feed"),
    path("published/feed/<slug:place>/", published.feed, name="feed_of_place"),
    path("published/<uuid:public_id>/", published.publication, name="publication"),
    path(
        "published/<uuid:public_id>/link.json", published.publication_text, name="publication_text"
    ),
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
    path("assess/", assessments.mine, name="assess"),
    path("assess/begin/", assessments.begin, name="begin"),
    path("assess/settled/", assessments.settled, name="settled"),
    path("assess/<uuid:public_id>/", assessments.assessment, name="assessment"),
    path("assess/<uuid:public_id>/hand-in/", assessments.hand_in, name="hand_in"),
    path("assess/<uuid:public_id>/<slug:verb>/", assessments.deed, name="deed"),
    path("finding-photos/<uuid:public_id>/remove/", photos.remove, name="photo_remove"),
    path("finding-photos/<uuid:public_id>/<slug:size>/", photos.photo, name="photo"),
    path("rectification/", rectification.rectifications, name="rectifications"),
    path("rectification/<uuid:public_id>/", rectification.rectification, name="rectification"),
    path(
        "rectification/<uuid:public_id>/<slug:verb>/",
        rectification.deed,
        name="rectification_deed",
    ),
]
