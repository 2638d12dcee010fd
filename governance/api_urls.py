"""The API: version 1, its description, and a page of it that works without the internet."""

from functools import cache
from typing import Any

from django.urls import include, path
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import api as accounts
from communities.api import (
    bodies,
    estates,
    grids,
    imports,
    joining,
    keeping,
    ledgers,
    messages,
    offices,
    places,
    plans,
    register,
    search,
    standards,
)
from communities.api import map as maps
from complaints.api import categories, deadlines, orders, photos, rules, supervision, verbs
from complaints.serializers.supervision import TAKES
from governance import indicator_api, outbox_api
from notifications import api as notices
from ratings.api import (
    assessments,
    bulletins,
    credit,
    listing_files,
    listings,
    polls,
    results,
    schemes,
    scores,
    subsidies,
    vetoes,
)

app_name = "api"

v1 = [
    path("sign-in/", accounts.sign_in, name="sign_in"),
    path("sign-out/", accounts.sign_out, name="sign_out"),
    path("complaints/", orders.Orders.as_view(), name="orders"),
    path("complaints/<str:reference>/", orders.order, name="order"),
    path("complaints/<str:reference>/deadlines/", deadlines.deadlines, name="deadlines"),
    # A route for each verb, so that each is described with what it takes.
    *(
        path(
            f"complaints/<str:reference>/{verb.value}/",
            verbs.door(verb),
            name=f"order_{verb.value}",
        )
        for verb in verbs.DOORS
    ),
    path("supervision/", supervision.Supervisions.as_view(), name="supervisions"),
    path("supervision/<str:code>/", supervision.supervision, name="supervision"),
    *(
        path(
            f"supervision/<str:code>/{verb.value}/",
            supervision.door(verb),
            name=f"supervision_{verb.value.removesuffix('_supervision')}",
        )
        for verb in TAKES
    ),
    path("photos/", photos.photos, name="photos"),
    path("photos/<uuid:public_id>/", photos.photo, name="photo"),
    path("estates/", register.Estates.as_view(), name="estates"),
    path("estates/<slug:code>/", register.Estate.as_view(), name="estate"),
    path("firms/", register.Firms.as_view(), name="firms"),
    path("firms/<slug:code>/", register.Firm.as_view(), name="firm"),
    path("estates/<slug:code>/page/", estates.estate, name="estate_page"),
    path("firms/<slug:code>/page/", estates.firm, name="firm_page"),
    path("needs/", estates.Needs.as_view(), name="needs"),
    path("honours/", estates.Honours.as_view(), name="honours"),
    path("honours/<uuid:public_id>/", estates.honours, name="honour_list"),
    path("observations/", estates.Observations.as_view(), name="observations"),
    *(
        path(
            f"register/{noun}/<slug:key>/{verb}/",
            keeping.door(noun, verb),
            name=f"keep_{noun}_{verb}",
        )
        for noun, verb in keeping.VERBS
    ),
    path("committees/", bodies.Committees.as_view(), name="committees"),
    path("committees/<slug:code>/", bodies.committee, name="committee"),
    path("party/", bodies.organisations, name="party_organisations"),
    path("party/<slug:code>/", bodies.organisation, name="party_organisation"),
    path("groups/", bodies.Groups.as_view(), name="groups"),
    path("groups/<slug:code>/", bodies.group, name="group"),
    path("divisions/", register.Divisions.as_view(), name="divisions"),
    path("places/", places.places, name="places"),
    path("places/<slug:code>/", places.place, name="place"),
    *(
        path(f"places/<slug:code>/{verb}/", places.door(verb), name=f"place_{verb}")
        for verb in places.VERBS
    ),
    path("grids/", grids.grids, name="grids"),
    path("grids/<slug:code>/", grids.grid, name="grid"),
    *(
        path(f"grids/<slug:code>/{verb}/", grids.door(verb), name=f"grid_{verb}")
        for verb in grids.VERBS
    ),
    path("ratings/presets/", schemes.scheme_presets, name="scheme_presets"),
    path("ratings/schemes/", schemes.Schemes.as_view(), name="schemes"),
    path("ratings/schemes/<uuid:public_id>/", schemes.scheme, name="scheme"),
    path(
        "ratings/schemes/<uuid:public_id>/versions/<int:number>/",
        schemes.scheme_version,
        name="scheme_version",
    ),
    path("ratings/schemes/<uuid:public_id>/draft/", schemes.scheme_draft, name="scheme_draft"),
    path(
        "ratings/schemes/<uuid:public_id>/draft/change/",
        schemes.scheme_change,
        name="scheme_change",
    ),
    path(
        "ratings/schemes/<uuid:public_id>/draft/discard/",
        schemes.scheme_discard,
        name="scheme_discard",
    ),
    path(
        "ratings/schemes/<uuid:public_id>/draft/settle/",
        schemes.scheme_settle,
        name="scheme_settle",
    ),
    path(
        "ratings/schemes/<uuid:public_id>/simulation/",
        schemes.scheme_simulation,
        name="scheme_simulation",
    ),
    path(
        "ratings/schemes/<uuid:public_id>/periods/",
        schemes.scheme_period,
        name="scheme_period",
    ),
    path("wishes/", notices.wishes, name="wishes"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:public_id>/", imports.import_, name="import"),
    path("imports/<uuid:public_id>/rows/", imports.rows, name="import_rows"),
    path("imports/<uuid:public_id>/checked/", imports.checked, name="import_checked"),
    path("imports/<uuid:public_id>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<uuid:public_id>/drop/", imports.drop, name="import_drop"),
    path("imports/<uuid:public_id>/links/", imports.links, name="import_links"),
    path("lists/<slug:kind>/template/", imports.template, name="list_template"),
    path("lists/<slug:kind>/export/", imports.export, name="list_export"),
    path("plans/", plans.ActionPlans.as_view(), name="action_plans"),
    path("plans/<uuid:public_id>/", plans.action_plan, name="action_plan"),
    path("standards/", standards.Standards.as_view(), name="standards"),
    path("standards/<uuid:public_id>/", standards.standard, name="standard"),
    path("deviations/", standards.Deviations.as_view(), name="deviations"),
    path("ledgers/<slug:kind>/", ledgers.ledger, name="ledger"),
    path("search/", search.search, name="search"),
    path("map/estates/", maps.estates, name="map_estates"),
    path("indicators/", indicator_api.indicators, name="indicators"),
    path("indicators/<slug:key>/", indicator_api.indicator, name="indicator"),
    path("indicators/<slug:key>/rows/", indicator_api.indicator_rows, name="indicator_rows"),
    path("calendar/<int:year>/", register.calendar, name="calendar"),
    path("duty/", register.roster, name="duty"),
    path("appointments/", offices.Appointments.as_view(), name="appointments"),
    path("appointments/<uuid:public_id>/dismiss/", offices.dismiss, name="dismiss"),
    path("appointments/<uuid:public_id>/hand-over/", offices.hand_over, name="hand_over"),
    path("appointments/<uuid:public_id>/withdraw/", offices.withdraw, name="withdraw"),
    path("people/<uuid:public_id>/", offices.person, name="person"),
    path("people/<uuid:public_id>/interests/", offices.interests, name="interests"),
    path("invitations/", offices.Invitations.as_view(), name="invitations"),
    path("invitations/open/", joining.opened, name="invitation_open"),
    path("invitations/code/", joining.code, name="invitation_code"),
    path("invitations/accept/", joining.accept, name="invitation_accept"),
    path("invitations/<uuid:public_id>/revoke/", offices.revoke, name="invitation_revoke"),
    path("messages/", messages.Messages.as_view(), name="messages"),
    path("categories/", categories.categories, name="categories"),
    path("rules/", rules.rules, name="rules"),
    path("rules/hours/", rules.hours, name="rules_hours"),
    path("rules/preset/", rules.preset, name="rules_preset"),
    path("rules/withdraw/", rules.withdraw, name="rules_withdraw"),
    path("ratings/periods/", scores.cached(scores.Periods.as_view()), name="periods"),
    path("ratings/periods/<uuid:public_id>/", scores.cached(scores.period), name="period"),
    path("ratings/periods/<uuid:public_id>/freeze/", scores.period_freeze, name="period_freeze"),
    path("ratings/periods/<uuid:public_id>/publish/", scores.period_publish, name="period_publish"),
    path("ratings/periods/<uuid:public_id>/table/", scores.cached(scores.league), name="table"),
    path(
        "ratings/bulletins/",
        scores.cached(bulletins.Bulletins.as_view()),
        name="bulletins",
    ),
    path("ratings/bulletins/make/", bulletins.bulletin_make, name="bulletin_make"),
    path(
        "ratings/bulletins/<uuid:public_id>/",
        scores.cached(bulletins.bulletin),
        name="bulletin",
    ),
    path(
        "ratings/bulletins/<uuid:public_id>/files/<slug:ending>/",
        bulletins.bulletin_file,
        name="bulletin_file",
    ),
    *(
        path(
            f"ratings/bulletins/<uuid:public_id>/{verb}/",
            door,
            name=f"bulletin_{verb.replace('-', '_')}",
        )
        for verb, door in (
            ("write", bulletins.bulletin_write),
            ("take-anew", bulletins.bulletin_take_anew),
            ("issue", bulletins.bulletin_issue),
            ("correct", bulletins.bulletin_correct),
        )
    ),
    path("ratings/cards/<uuid:public_id>/", scores.cached(scores.card), name="card"),
    path("ratings/cards/<uuid:public_id>/correct/", scores.card_correct, name="card_correct"),
    path("ratings/firms/<slug:code>/", scores.cached(scores.firm), name="firm_record"),
    path(
        "ratings/publications/",
        scores.cached(scores.Publications.as_view()),
        name="publications",
    ),
    path(
        "ratings/publications/<uuid:public_id>/",
        scores.cached(scores.publication),
        name="publication",
    ),
    path("ratings/listing-files/", listing_files.listing_files, name="listing_files"),
    path(
        "ratings/listing-files/<uuid:public_id>/show/",
        listing_files.listing_file_show,
        name="listing_file_show",
    ),
    path(
        "ratings/listing-files/<uuid:public_id>/<slug:size>/",
        listing_files.listing_file,
        name="listing_file",
    ),
    path("ratings/listings/", listings.Listings.as_view(), name="listings"),
    path("ratings/listings/<uuid:public_id>/", listings.listing, name="listing"),
    path("ratings/listings/<uuid:public_id>/object/", listings.object_to, name="listing_object"),
    path(
        "ratings/listings/<uuid:public_id>/objections/<uuid:objection>/answer/",
        listings.answer,
        name="listing_answer",
    ),
    *(
        path(
            f"ratings/listings/<uuid:public_id>/{verb.value.replace('_', '-')}/",
            listings.step_door(verb),
            name=f"listing_{verb.value}",
        )
        for verb in listings.STEPS
    ),
    path(
        "ratings/periods/<uuid:public_id>/propose/",
        listings.propose_by_rules,
        name="period_propose",
    ),
    path(
        "ratings/lists/<slug:place>/<slug:kind>/",
        scores.cached(listings.PublishedList.as_view()),
        name="published_list",
    ),
    path("ratings/schemes/<uuid:public_id>/vetoes/", vetoes.vetoes, name="vetoes"),
    path("ratings/vetoes/<uuid:public_id>/end/", vetoes.veto_end, name="veto_end"),
    path("ratings/assessments/", assessments.Assessments.as_view(), name="assessments"),
    path("ratings/assessments/<uuid:public_id>/", assessments.assessment, name="assessment"),
    path(
        "ratings/assessments/<uuid:public_id>/keep/",
        assessments.assessment_keep,
        name="assessment_keep",
    ),
    *(
        path(
            f"ratings/assessments/<uuid:public_id>/{verb}/",
            assessments.door(verb),
            name=f"assessment_{verb.replace('-', '_')}",
        )
        for verb in assessments.DOORS
    ),
    path("ratings/finding-photos/", assessments.finding_photos, name="finding_photos"),
    path("ratings/rectification/", assessments.Rectifications.as_view(), name="rectifications"),
    path(
        "ratings/rectification/<uuid:public_id>/",
        assessments.rectification_one,
        name="rectification",
    ),
    *(
        path(
            f"ratings/rectification/<uuid:public_id>/{verb}/",
            assessments.rectification_door(verb),
            name=f"rectification_{verb.replace('-', '_')}",
        )
        for verb in assessments.RECTIFYING
    ),
    path("ratings/periods/<uuid:public_id>/polls/", polls.period_polls, name="period_polls"),
    path("ratings/polls/", polls.Polls.as_view(), name="polls"),
    path("ratings/polls/<uuid:public_id>/", polls.poll, name="poll"),
    path("ratings/polls/<uuid:public_id>/close/", polls.poll_close, name="poll_close"),
    path("ratings/poll-answers/", polls.poll_answer, name="poll_answer"),
    *results.ROUTES,
    *credit.ROUTES,
    *subsidies.ROUTES,
    path("outbox/", outbox_api.outbox, name="outbox"),
    path("outbox/retry/", outbox_api.outbox_retry, name="outbox_retry"),
]


class OnceGenerator(SchemaGenerator):
    """Describes the API once per process and language: it takes a second, and anybody may ask."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        return _described(get_language())


@cache
def _described(language: str | None) -> Any:
    """The same for everybody: what one may not do is described, too."""
    generator: Any = SchemaGenerator
    return generator().get_schema(request=None, public=True)


# Its script comes apart from the page, so that the page keeps to the portal's own policy.
docs = SpectacularSwaggerSplitView.as_view(
    url_name="api:schema", template_name="api/docs.html", title="红管家 API"
)

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", SpectacularAPIView.as_view(generator_class=OnceGenerator), name="schema"),
    path("docs/", docs, name="docs"),
]
