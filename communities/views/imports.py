"""Lists in and out as workbooks: sent in, looked at row by row, confirmed; templates, exports."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from common.errors import DomainError
from common.forms import put_back, sent
from common.http import wants_fragment
from common.now import now
from communities.actions import imports as actions
from communities.forms.imports import ImportForm
from communities.models import Import, ImportState, RowVerdict
from communities.queries import imports as queries
from communities.sheets import SHEETS, handing
from communities.sheets.books import lines_of
from communities.sheets.lines import Sheet
from communities.sheets.words import say

AT_WORK = {ImportState.SENT, ImportState.READING, ImportState.CONFIRMED, ImportState.WRITING}
VERDICTS = (RowVerdict.REFUSE, RowVerdict.CREATE, RowVerdict.CHANGE, RowVerdict.SAME)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: SignedInRequest) -> HttpResponse:
    """What was sent in for the places one keeps, and the form that sends another."""
    handing.check_keeps_anything(request.user)
    places = queries.places_kept(request.user)
    first = {"kind": request.GET.get("kind", ""), "place": places[0].code if places else ""}
    kinds = [(sheet.name, sheet.title) for sheet in SHEETS.values()]
    form = ImportForm(
        sent(request), request.FILES or None, kinds=kinds, places=places, initial=first
    )
    if request.method == "POST" and form.is_valid():
        found = _sent_in(request, form)
        if found is not None:
            return redirect("communities:import", found.public_id)
    context = {
        "form": form,
        "sheets": list(SHEETS.values()),
        "places": places,
        "imports": [_card(found) for found in queries.latest(request.user)],
        "at": now(),
    }
    return render(request, "communities/imports/list.html", context)


def _sent_in(request: SignedInRequest, form: ImportForm) -> Import | None:
    answers = form.cleaned_data
    try:
        return actions.send_import(
            by=request.user,
            kind=answers["kind"],
            place=answers["place"],
            filename=answers["file"].name,
            data=answers["file"].read(),
        )
    except DomainError as refusal:
        put_back(form, refusal)
        return None


def _card(found: Import) -> dict[str, Any]:
    sheet = SHEETS.get(found.kind)
    return {"of": found, "title": sheet.title if sheet else found.kind, "tone": tone_of(found)}


def tone_of(found: Import) -> str:
    if found.state in AT_WORK:
        return "running"
    if found.state == ImportState.REFUSED or (found.state == ImportState.READ and found.refused):
        return "late"
    return {ImportState.DONE: "good", ImportState.READ: "soon"}.get(
        ImportState(found.state), "closed"
    )


@login_required
@never_cache
@require_safe
def import_page(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One workbook: how far it is, and what will come of each row."""
    found = queries.import_seen(request.user, public_id)
    if wants_fragment(request) and found.state not in AT_WORK:
        return HttpResponse(headers={"HX-Refresh": "true"})  # done: all of the page is new
    context = page_of(found, request)
    part = "_progress" if wants_fragment(request) else "import"
    return render(request, f"communities/imports/{part}.html", context)


def page_of(found: Import, request: HttpRequest) -> dict[str, Any]:
    sheet = SHEETS[found.kind]
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in RowVerdict.values else ""
    after, before = _number(request, "after"), _number(request, "before")
    page = queries.rows_of(found, verdict, after=after or 0, before=before)
    here = reverse("communities:import", args=[found.public_id])
    counts = {
        RowVerdict.REFUSE: found.refused,
        RowVerdict.CREATE: found.created,
        RowVerdict.CHANGE: found.changed,
        RowVerdict.SAME: found.same,
    }
    return {
        "found": found,
        "sheet": sheet,
        "at_work": found.state in AT_WORK,
        "waits": found.state in (ImportState.SENT, ImportState.CONFIRMED),
        "writes": found.state in (ImportState.CONFIRMED, ImportState.WRITING),
        "readable": found.state == ImportState.READ,
        "may_write": found.state == ImportState.READ
        and not found.refused
        and bool(found.created or found.changed),
        "problem": say([found.problem["code"], found.problem["facts"]])
        if found.problem.get("code")
        else "",
        "notes": [say(note) for note in found.problem.get("notes", [])],
        "tone": tone_of(found),
        "counts": [(v, v.label, counts[v]) for v in VERDICTS],
        "tabs": [
            (_("All rows"), here, not verdict, found.total),
            *(
                (v.label, f"{here}?verdict={v.value}", verdict == v, counts[v])
                for v in VERDICTS
                if counts[v] or verdict == v
            ),
        ],
        "rows": [_shown(sheet, row) for row in page.rows],
        "previous_url": _way(here, verdict, "before", page.before),
        "next_url": _way(here, verdict, "after", page.after),
        "invited": queries.invited_by(found) if found.state == ImportState.DONE else None,
        "may_link": found.by == request.user,
        "following": following(found) if found.state == ImportState.DONE else None,
        "has_rows": bool(page.rows) or queries.has_rows(found),
        "at": now(),
    }


def following(found: Import) -> Sheet | None:
    """The list that comes after this one where a county is set up; None after the last."""
    names = list(SHEETS)
    at = names.index(found.kind) + 1
    return SHEETS[names[at]] if at < len(names) else None


def _shown(sheet: Sheet, row: Any) -> dict[str, Any]:
    """A row of the table: its number, its verdict, what it is about and what is said of it."""
    said = [row.said.get(column.name, "") for column in sheet.columns]
    return {
        "row": row,
        "about": " · ".join([text for text in said if text][:4]),
        "lines": lines_of(sheet, row),
        "refused": row.verdict == RowVerdict.REFUSE,
    }


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None


def _way(here: str, verdict: str, name: str, number: int | None) -> str:
    if number is None:
        return ""
    asked: dict[str, str | int] = {"verdict": verdict} if verdict else {}
    asked[name] = number
    return f"{here}?{urlencode(asked)}"


@login_required
@never_cache
@require_POST
def confirm(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have it written, all of it."""
    found = queries.import_seen(request.user, public_id)
    actions.confirm_import(found, by=request.user)
    return redirect("communities:import", found.public_id)


@login_required
@never_cache
@require_POST
def drop(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Not after all."""
    found = queries.import_seen(request.user, public_id)
    actions.drop_import(found, by=request.user)
    messages.success(request, _("Dropped: nothing of this list was written."))
    return redirect("communities:imports")


@login_required
@never_cache
@require_safe
def annotated(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rows as they were sent, with what will come of each: to be corrected and sent again."""
    found = queries.import_seen(request.user, public_id)
    return handing.checked(found, by=request.user).answer()


@login_required
@never_cache
@require_safe
def template(request: SignedInRequest, kind: str) -> HttpResponse:
    """An empty list to fill in."""
    return handing.template(kind, by=request.user).answer()


@login_required
@never_cache
@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """A list of a place as it stands; `?place=` is its code."""
    return handing.export(kind, request.GET.get("place", ""), by=request.user).answer()
