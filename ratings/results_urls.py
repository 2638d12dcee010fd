"""The pages of the use of results and of honours with money, for `ratings.urls`."""

from django.urls import path

from ratings.views import awards, results, subsidies

RESULTS = [
    path("results/", results.results, name="results"),
    path("results/recommend/", results.recommend, name="recommend"),
    path("results/<uuid:public_id>/", results.recommendation, name="recommendation"),
    path("results/<uuid:public_id>/outcome/", results.outcome, name="recommendation_outcome"),
    path("results/<uuid:public_id>/withdraw/", results.withdraw, name="recommendation_withdraw"),
    path("subsidies/", subsidies.programmes, name="programmes"),
    path("subsidies/open/", subsidies.open_programme, name="programme_open"),
    path("subsidies/<uuid:public_id>/", subsidies.programme, name="programme"),
    path("subsidies/<uuid:public_id>/awards.xlsx", awards.workbook, name="programme_workbook"),
    path("subsidies/<uuid:public_id>/budget/", subsidies.change_budget, name="programme_budget"),
    path(
        "subsidies/<uuid:public_id>/categories/", subsidies.add_category, name="programme_category"
    ),
    path("subsidies/categories/<uuid:public_id>/", subsidies.propose_award, name="award_propose"),
    path("awards/<uuid:public_id>/", awards.award, name="award"),
    path("awards/<uuid:public_id>/<slug:verb>/", awards.deed, name="award_deed"),
    path("payments/<uuid:public_id>/correct/", awards.correct_payment, name="payment_correct"),
]
