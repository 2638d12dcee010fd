"""Bulletins 通报: the list, one as a page and as files, and what officers do with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError, NotAllowed
from common.forms import refused, sent
from common.now import today
from common.paging import page_of
from communities.models import DIVISIONS, Place
from communities.views.firms import pages
from ratings.actions import bulletins as actions
from ratings.bulletins.files import FORMS
from ratings.downloads import handed_out
from ratings.forms.bulletins import IssueForm, MakeForm, ReasonForm, WriteForm
from ratings.models import Bulletin, BulletinState, BulletinVersion
from ratings.permissions.bulletins import bulletin_codes, check_keeps_bulletins
from ratings.queries import bulletins as queries
from ratings.views.schemes import PAGE, reader


@never_cache
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """What was issued, the newest first; above it the drafts of this reader's places."""
    user = reader(request)
    asked = {"place": request.GET.get("place", "")[:20]}
    rows = queries.issued(asked["place"])
    page = page_of(rows, queries.NEWEST, cursor=request.GET.get("cursor", ""))
    context = {
        "bulletins": page.rows,
        "drafts": queries.under_way(user),
        "asked": asked,
        "place": Place.objects.filter(code=asked["place"], kind__in=DIVISIONS).first(),
        "makes": bool(bulletin_codes(user)),
    }
    return render(request, "ratings/bulletins/list.html", context | pages(page, asked))


@login_required
@never_cache
@require_http_methods(PAGE)
def make(request: SignedInRequest) -> HttpResponse:
    """One press: the bulletin of a place and a quarter."""
    if not bulletin_codes(request.user):
        raise NotAllowed(_("Bulletins are made by the officers of a subdistrict or district."))
    form = MakeForm(
        sent(request),
        places=queries.places_kept(request.user),
        quarters=queries.quarters_ended(today()),
        place=request.GET.get("place", "")[:20],
    )
    status = 200
    if form.is_bound and form.is_valid():
        try:
            made = actions.make(by=request.user, **form.cleaned_data)
            messages.success(request, _("The figures of the bulletin are being taken."))
            return redirect("ratings:bulletin", made.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    return render(request, "ratings/bulletins/make.html", {"form": form}, status=status)


@never_cache
@require_safe
def bulletin(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One bulletin, as it is printed; how far it is while its figures are taken."""
    user = reader(request)
    found = queries.bulletin_seen(user, public_id)
    page = queries.bulletin_page(found, user, _version(request))
    context: dict[str, Any] = {"page": page, "bulletin": found, "paper": page.paper, "forms": FORMS}
    asks_again = bool(request.headers.get("HX-Request"))
    if asks_again and page.shown.state == BulletinState.MAKING:
        return render(request, "ratings/bulletins/_making.html", context)
    response = render(request, "ratings/bulletins/one.html", context)
    if asks_again:
        # The figures are taken since: the part becomes the whole page again.
        response["HX-Refresh"] = "true"
    return response


def _version(request: HttpRequest) -> int | None:
    number = request.GET.get("version", "")
    return int(number) if number.isdecimal() and len(number) < 4 else None


@require_safe
def bulletin_file(request: HttpRequest, public_id: UUID, ending: str) -> HttpResponse:
    """One form of it as a file: Word, PDF, or its tables as a workbook."""
    user = reader(request)
    found = queries.bulletin_seen(user, public_id)
    page = queries.bulletin_page(found, user, _version(request))
    return handed_out(page, ending)


@login_required
@never_cache
@require_http_methods(PAGE)
def write(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What is typed by hand."""
    found, page = _kept(request, public_id)
    names = ("office", "opening", "closing", "copies_to")
    form = WriteForm(sent(request), initial={name: getattr(page.shown, name) for name in names})
    said = _("Written. Look at the whole bulletin again before it is issued.")
    return _asked(request, page, form, "write", said, actions.write)


@login_required
@never_cache
@require_http_methods(PAGE)
def issue(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Make it public under its document number."""
    found, page = _kept(request, public_id)
    form = IssueForm(sent(request), numbered=bool(found.document_number))
    said = _("The bulletin is issued: everybody reads it now.")
    return _asked(request, page, form, "issue", said, actions.issue)


@login_required
@never_cache
@require_http_methods(PAGE)
def correct(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Begin another version; the one before stays."""
    _found, page = _kept(request, public_id)
    said = _("The figures of the new version are being taken.")
    return _asked(request, page, ReasonForm(sent(request)), "correct", said, actions.correct)


@login_required
@never_cache
@require_POST
def take_anew(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The figures of a draft as they are now; what was typed stays."""
    found, _page = _kept(request, public_id)
    actions.take_anew(found, by=request.user)
    messages.success(request, _("The figures of the bulletin are being taken."))
    return redirect("ratings:bulletin", public_id)


def _kept(request: SignedInRequest, public_id: UUID) -> tuple[Bulletin, queries.BulletinPage]:
    """The bulletin for whoever may work on it: 404 where it is not theirs to see, 403 to do."""
    found = queries.bulletin_seen(request.user, public_id)
    check_keeps_bulletins(request.user, found.place)
    return found, queries.bulletin_page(found, request.user)


def _asked(
    request: SignedInRequest,
    page: queries.BulletinPage,
    form: forms.Form,
    name: str,
    said: str,
    do: Callable[..., BulletinVersion],
) -> HttpResponse:
    """A form of one verb: done and back to the bulletin, or refused with what was typed."""
    status = 200
    if form.is_bound and form.is_valid():
        try:
            do(page.of, by=request.user, **form.cleaned_data)
            messages.success(request, said)
            return redirect("ratings:bulletin", page.of.public_id)
        except DomainError as refusal:
            status = refused(form, refusal)
    context = {"form": form, "page": page, "bulletin": page.of, "paper": page.paper}
    return render(request, f"ratings/bulletins/{name}.html", context, status=status)
