"""The last page of a report: the answers once more, then the order."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.address import address_digest
from accounts.models import User
from common.codes import digest
from common.errors import DomainError, Invalid
from communities.models import Place
from complaints import actions, queries
from complaints.models import Category, Complaint
from complaints.views._done import show_once
from complaints.views._draft import Draft, drop, step_url
from complaints.views._questions import KINDS, kept_pictures, page
from complaints.views._who import remember, signed_in
from complaints.workflow import Source

# Which question to go back to for what a verb refuses.
STEP_OF = {
    "estate": "where",
    "building": "building",
    "entrance": "entrance",
    "category": "about",
    "kind": "what",
    "description": "tell",
    "spot": "tell",
    "photos": "tell",
    "contact_phone": "you",
}
MOST_ESTATES = 5


def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The answers with a way to change each; sending makes the order."""
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            order = _send(request, draft)
        except DomainError as error:
            refusal = error
        else:
            return redirect("complaints:report_done", order.reference)
    category = Category.objects.get(code=draft.answers["category"])
    return page(
        request,
        draft,
        "check",
        "check",
        status=refusal.http_status if refusal else 200,
        rows=_rows(request, draft, category),
        category=category,
        refusal=refusal,
        wrong=_wrong(draft, refusal),
        with_account=_account_of(request, draft) is not None,
    )


def _account_of(request: HttpRequest, draft: Draft) -> User | None:
    """The account that reports: none, if the person would rather not use theirs."""
    return signed_in(request) if draft.answers.get("account", "yes") == "yes" else None


def _send(request: HttpRequest, draft: Draft) -> Complaint:
    """Make the order, and let this browser follow it, in one transaction."""
    user = _account_of(request, draft)
    secret = "" if user is not None else str(draft.answers["secret"])
    with transaction.atomic():
        answers = _answers(draft)
        if user is not None:
            if draft.answers.get("patrol"):
                answers["source"] = Source.PATROL
            order = actions.report(by=user, **answers)
        else:
            order = actions.report_anonymously(
                by=draft.holder, address=address_digest(request), **answers
            )
            remember(request, order.reference, digest(secret))
        _remember_estate(request, order.estate.code)
        drop(request, draft)
        show_once(request, order, secret)
    return order


def _answers(draft: Draft) -> dict[str, Any]:
    """The draft as the verb takes it. Raises Invalid for a place or category that went away."""
    given = draft.answers
    codes = [given["estate"], given.get("building", ""), given.get("entrance", "")]
    rows = Place.objects.filter(code__in=[c for c in codes if c])
    places = {p.code: p for p in rows.select_related("parent__parent__parent")}
    category = Category.objects.filter(code=given["category"], parent__isnull=False).first()
    if given["estate"] not in places:
        raise Invalid(fields={"estate": [_("Choose an estate.")]})
    if category is None:
        raise Invalid(fields={"category": [_("Choose what it is about.")]})
    return {
        "estate": places[given["estate"]],
        "building": places.get(given.get("building", "")),
        "entrance": places.get(given.get("entrance", "")),
        "category": category,
        "kind": given["kind"],
        "source": given["source"],
        "description": given["description"],
        "spot": given.get("spot", ""),
        "contact_name": given.get("name", ""),
        "contact_phone": given.get("phone", ""),
        "dwelling": given.get("dwelling", ""),
        "confidential": bool(given.get("confidential")),
        "photos": queries.kept_photos(given["photos"], draft.holder),
    }


def _remember_estate(request: HttpRequest, code: str) -> None:
    lately = [code, *(c for c in request.session.get("estates", []) if c != code)]
    request.session["estates"] = lately[:MOST_ESTATES]


def _wrong(draft: Draft, refusal: DomainError | None) -> list[tuple[str, str]]:
    """Sentence and address of each answer to be changed."""
    fields = refusal.fields if refusal else {}
    return [
        (sentence, _change(draft, STEP_OF.get(name, "tell")))
        for name, sentences in fields.items()
        for sentence in sentences
    ]


def _change(draft: Draft, step: str) -> str:
    return step_url(step, d=draft.key, change="yes")


def _rows(request: HttpRequest, draft: Draft, category: Category) -> list[tuple[Any, ...]]:
    """Question, answer, where to change it, photos."""
    given = draft.answers
    codes = [given["estate"], given.get("building", ""), given.get("entrance", "")]
    places = Place.objects.filter(code__in=[c for c in codes if c]).order_by("code")
    return [
        (_("Where"), " ".join(place.name for place in places), _change(draft, "where"), None),
        (_("Where exactly"), given.get("spot") or _("Not given"), _change(draft, "tell"), None),
        (_("What for"), KINDS[given["kind"]][0], _change(draft, "what"), None),
        (_("About"), category.name, _change(draft, "about"), None),
        (_("What is wrong"), given["description"], _change(draft, "tell"), None),
        (_("Photos"), _("None"), _change(draft, "tell"), kept_pictures(draft)),
        (_("From"), _who(request, draft), _change(draft, "you"), None),
        (
            _("Who may see it"),
            _("Confidential: only the office that decides sees who you are.")
            if given.get("confidential")
            else _("The offices in charge. Whoever handles it never sees your name or number."),
            _change(draft, "you"),
            None,
        ),
    ]


def _who(request: HttpRequest, draft: Draft) -> str:
    given = draft.answers
    named = [given.get(name, "") for name in ("name", "phone", "dwelling")]
    lines = [line for line in named if line] or [_("No name given")]
    if _account_of(request, draft) is None:
        lines.append(_("Without an account: you get a tracking code."))
    if given.get("patrol"):
        lines.append(_("Found on patrol"))
    return "\n".join(lines)
