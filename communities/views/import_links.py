"""The links of those whom a list of offices invited: made when asked for, shown once."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from common.masks import mask_phone
from communities.actions.listed_invitations import check_makes_links, make_links
from communities.queries import imports as queries


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_links(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who waits for a link; sent, new links for all of them, in this answer and nowhere else.

    It is no redirect, as the links would have to be kept until it is followed: sent again it makes
    others, and those of before are dead.
    """
    found = queries.import_seen(request.user, public_id)
    check_makes_links(found, request.user)
    invited = queries.invited_by(found)
    rows = []
    if request.method == "POST":
        rows = [
            {
                "of": row,
                "number": mask_phone(row.phone),
                "link": request.build_absolute_uri(reverse("communities:join", args=[secret])),
            }
            for row, secret in make_links(found, by=request.user)
        ]
    context = {"found": found, "invited": invited, "rows": rows}
    return render(request, "communities/imports/links.html", context)
