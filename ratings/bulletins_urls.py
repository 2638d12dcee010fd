"""The pages of bulletins, for `ratings.urls`."""

from django.urls import path

from ratings.views import bulletins

BULLETINS = [
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/make/", bulletins.make, name="bulletin_make"),
    path("bulletins/<uuid:public_id>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<uuid:public_id>/write/", bulletins.write, name="bulletin_write"),
    path("bulletins/<uuid:public_id>/issue/", bulletins.issue, name="bulletin_issue"),
    path("bulletins/<uuid:public_id>/correct/", bulletins.correct, name="bulletin_correct"),
    path("bulletins/<uuid:public_id>/take-anew/", bulletins.take_anew, name="bulletin_take_anew"),
    path(
        "bulletins/<uuid:public_id>/files/<slug:ending>/",
        bulletins.bulletin_file,
        name="bulletin_file",
    ),
]
