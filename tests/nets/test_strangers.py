"""What a stranger meets at each route: the sign-in, unless it is on the short list."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.nets.routes import Route, routes

# Open to anybody; everything else asks who you are first.
PUBLIC = {
    "front",
    "healthz",
    "readyz",
    "set_language",
    "stylebook",
    "accounts:sign_in",
    "accounts:sign_out",
    "accounts:register",
    "accounts:register_confirm",
    "accounts:preferences",
    "complaints:report",
    "complaints:report_done",  # leads on to the order's own page
    "complaints:report_step",
    "complaints:track",
    "communities:register",
    "communities:place",
    "communities:body",
    "communities:firms",
    "communities:needs",
    "communities:honours",
    "communities:honour_list",
    "communities:sign",
    "communities:grids",
    "communities:grid",
    "communities:committees",
    "communities:party",
    "communities:groups",
    "communities:search",
    "communities:map",
    "communities:action_plans",
    "communities:action_plan",
    "communities:standards",
    "communities:standard",
    "communities:calendar",
    "communities:calendar_year",
    "indicators",
    "indicator",
    "indicator_rows",
    "rules:promises",
    "rules:promises_of",
    "ratings:how",
    "ratings:credit",
    "ratings:credit_table",
    "ratings:credit_how",
    "api:credit_presets",
    "api:credit_table",
    "api:credit_versions",
    "api:firm_credit",
    "ratings:schemes",
    "ratings:scheme",
    "ratings:scheme_version",
    "ratings:home",
    "ratings:period",
    "ratings:table",
    "ratings:card",
    "ratings:card_sheet",
    "ratings:card_figure",
    "ratings:firm",
    "ratings:bulletins",
    "ratings:bulletin",
    "ratings:bulletin_file",
    "ratings:published",
    "ratings:chain",
    "ratings:feed",
    "ratings:feed_of_place",
    "ratings:publication",
    "ratings:publication_text",
    "ratings:published_list",
    "ratings:public_listing",
    "ratings:listing_object",
    "ratings:listing_file",  # what an officer marked as public
    "ratings:list_feed",
    "ratings:recommendation",  # once its ground is public
    "ratings:programmes",
    "ratings:programme",
    "ratings:programme_workbook",
    "ratings:award",
    "ratings:poll_results",
    "ratings:poll",
    "ratings:poll_door",
    "ratings:poll_answer",
    "ratings:poll_thanks",
    "api:polls",
    "api:poll",
    "api:poll_answer",
    "api:periods",
    "api:period",
    "api:table",
    "api:card",
    "api:firm_record",
    "api:bulletins",
    "api:bulletin",
    "api:bulletin_file",
    "api:listings",  # those that anybody may read
    "api:recommendations",
    "api:programmes",
    "api:publications",
    "api:publication",
    "api:scheme_presets",
    "api:schemes",  # to read
    "api:scheme",
    "api:scheme_version",
    "api:sign_in",
    "api:estates",
    "api:estate",
    "api:firms",
    "api:firm",
    "api:estate_page",
    "api:firm_page",
    "api:needs",
    "api:honours",
    "api:honour_list",
    "api:divisions",
    "api:committees",
    "api:committee",
    "api:party_organisations",
    "api:party_organisation",
    "api:groups",
    "api:group",
    "api:indicators",
    "api:indicator",
    "api:indicator_rows",
    "api:place",
    "api:grids",  # to read
    "api:grid",
    "api:search",
    "api:map_estates",
    "api:action_plans",
    "api:action_plan",
    "api:standards",
    "api:standard",
    "api:calendar",  # to read
    "api:invitation_open",
    "api:invitation_code",
    "api:invitation_accept",
    "api:categories",
    "api:schema",
    "api:docs",
}
# Reporting needs no account here either; reading does.
ONLY_POST = {"api:orders"}
# Pages of an order may be opened by the holder of its secret; to nobody the order is not there.
ANSWERS_404 = {
    # People without a public office, and links that are dead.
    "communities:person",
    "communities:join",
    "communities:join_code",
    "api:person",
    "metrics",  # to whoever brings no token it is not there either
    "complaints:deadlines",
    "complaints:detail",
    "complaints:reveal",
    "complaints:verb",
    "complaints:photo",
}
STAND_INS = {
    "kind": "body",
    "secret": "7K3M-9QX2",
    "reference": "9901-0000-0000-0",
    "verb": "accept",
    "step": "what",
    "size": "full",
    "year": 2026,
    "place": "990101",
    "stage": "inspect",
    "which": "normal",
    "preset": "ningdu_335",
    "code": "990101001001001",
    "noun": "place",
    "key": "property_service",  # an indicator
    "name": "parts",
    "number": 1,
    "figure": "orders",  # of a score
    "estate": "990101001001001",  # of a poll
    "body": "990101-fi-00001",
}


def address(route: Route) -> str:
    """A path of this route, with something in every gap."""
    gaps = re.findall(r"<(?:(\w+):)?(\w+)>", route.path)
    words = {n: uuid4() if kind == "uuid" else STAND_INS[n] for kind, n in gaps}
    return reverse(route.name, kwargs=words)


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_every_route_asks_who_you_are_unless_it_is_on_the_short_list(
    route: Route, client: Client
) -> None:
    if route.name in PUBLIC:
        return
    for method in ("get", "post"):
        if route.name in ONLY_POST and method == "post":
            continue
        response = getattr(client, method)(address(route))
        if route.path.startswith("api/"):
            assert response.status_code in {401, 403, 404, 405}
        elif route.name in ANSWERS_404:
            assert response.status_code in {404, 405}
        elif response.status_code != 405:
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("accounts:sign_in"))


def test_the_short_list_names_only_routes_there_are() -> None:
    known = {route.name for route in routes()}
    assert not (PUBLIC | ONLY_POST | ANSWERS_404) - known
