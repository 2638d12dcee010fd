"""The questions of a report: where, what, the words and photos, and who asks."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.address import address_digest
from common.errors import Invalid, TooMany
from common.forms import sent
from common.http import wants_fragment
from common.now import now
from communities.models import Place, PlaceKind
from communities.queries import beneath, beneath_open, estates_of, find_estates, place_of_code
from communities.scope import standing_of
from complaints import actions, queries
from complaints.forms.report import MOST_PHOTOS, TellForm, YouForm
from complaints.models import Category
from complaints.views._draft import PARTS, Draft, keep, step_url
from complaints.views._who import signed_in
from complaints.views.photos import Picture, pictures
from complaints.workflow import Kind, Source, Urgency

TITLES = {
    "where": gettext_lazy("Where is it?"),
    "building": gettext_lazy("Which building?"),
    "entrance": gettext_lazy("Which entrance?"),
    "what": gettext_lazy("What would you like to do?"),
    "about": gettext_lazy("What is it about?"),
    "tell": gettext_lazy("Tell us more"),
    "you": gettext_lazy("About you"),
    "check": gettext_lazy("Check your answers"),
}
BEFORE = {
    "building": "where",
    "entrance": "building",
    "what": "building",
    "about": "what",
    "tell": "about",
    "you": "tell",
    "check": "you",
}
MOST_RECENT = 5
LONGEST_KEPT = 20_000  # characters; more than fits the form, so that too long a text is not lost
# Kind -> what it means in a resident's words, and its icon.
KINDS: dict[str, tuple[Any, Any, str]] = {
    Kind.REPAIR: (
        gettext_lazy("Ask for a repair"),
        gettext_lazy("Something is broken. It goes straight to the property firm."),
        "wrench",
    ),
    Kind.COMPLAINT: (
        gettext_lazy("Make a complaint"),
        gettext_lazy("Something is not done, or not done well."),
        "report",
    ),
    Kind.VIOLATION: (
        gettext_lazy("Report a violation"),
        gettext_lazy("Somebody breaks the rules: a blocked fire lane, illegal building."),
        "flag",
    ),
    Kind.ENQUIRY: (
        gettext_lazy("Ask a question"),
        gettext_lazy("About rules, charges, meetings, services."),
        "info",
    ),
    Kind.SUGGESTION: (
        gettext_lazy("Make a suggestion"),
        gettext_lazy("An idea, or praise for somebody."),
        "star",
    ),
}


@dataclass(frozen=True)
class Choice:
    """One card to press."""

    value: str
    label: str
    text: str = ""
    icon: str = ""
    chosen: bool = False
    tags: tuple[tuple[str, str], ...] = ()


def page(
    request: HttpRequest, draft: Draft, step: str, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A question's page, with how far one has come and the way back."""
    before = BEFORE.get(step, "")
    changing = "yes" if request.GET.get("change") else ""
    facts = {
        "draft": draft,
        "step": step,
        "part": PARTS[step],
        "parts": max(PARTS.values()),
        "title": TITLES[step],
        "back_url": draft.url("check") if changing else before and draft.url(before),
        "changing": changing,
        "here": step_url(step, d=draft.key, change=changing),
    }
    return render(
        request, f"complaints/report/{template}.html", {**facts, **context}, status=status
    )


def onward(request: HttpRequest, draft: Draft, *, step: str, **answers: Any) -> HttpResponse:
    """Keep an answer and go to the next question, or back to the summary one came from."""
    draft.answer(step, **answers)
    keep(request, draft)
    return redirect(draft.url())


# --- Where ------------------------------------------------------------------------------------


def where(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The estate: from a scanned code, from those used lately, by name, or from the list."""
    if request.method == "POST":
        if "place" in request.POST:
            return _scanned(request, draft)
        chosen = next(iter(estates_of([request.POST.get("estate", "")])), None)
        if chosen is not None:
            return _estate_chosen(request, draft, chosen)
    words = request.GET.get("q", "").strip()[:40]
    found = find_estates(words)
    under, places = beneath(request.GET.get("under", "")[:12])
    context: dict[str, Any] = {
        "q": words,
        "found": [_estate_choice(place, draft) for place in found],
        "recent": [_estate_choice(place, draft) for place in _recent(request, draft)],
        "under": under,
        "places": places,
        "browsing": "under" in request.GET,
        "scanned": place_of_code(request.GET.get("place", "")[:24]),
        "missing": request.method == "POST",
    }
    if wants_fragment(request):
        return page(request, draft, "where", "_found", **context)
    return page(request, draft, "where", "where", **context)


def _scanned(request: HttpRequest, draft: Draft) -> HttpResponse:
    place = place_of_code(request.POST["place"][:24])
    if place is None:
        return redirect(step_url("where", d=draft.key))
    chain = {p.kind: p.code for p in place.chain()}
    draft.answer("where", estate=chain[PlaceKind.ESTATE], source=Source.QR.value)
    draft.answer("building", building=chain.get(PlaceKind.BUILDING, ""))
    return onward(request, draft, step="entrance", entrance=chain.get(PlaceKind.ENTRANCE, ""))


def _estate_chosen(request: HttpRequest, draft: Draft, estate: Place) -> HttpResponse:
    if draft.answers.get("estate") != estate.code:
        draft.forget("building", "entrance")
        draft.answers.update(building="", entrance="", source=Source.WEB.value)
    return onward(request, draft, step="where", estate=estate.code)


def _recent(request: HttpRequest, draft: Draft) -> list[Place]:
    """The estates of this draft and of one's latest reports."""
    codes = [draft.answers.get("estate", ""), *request.session.get("estates", [])]
    user = signed_in(request)
    if user is not None:
        latest = queries.my_reports(user).values_list("estate__code", flat=True)
        codes += list(latest[: MOST_RECENT * 4])
    return estates_of([code for code in codes if code])[:MOST_RECENT]


def _estate_choice(place: Place, draft: Draft) -> Choice:
    above = [p.name for p in (place.parent and place.parent.parent, place.parent) if p]
    chosen = place.code == draft.answers.get("estate")
    return Choice(place.code, place.name, " ".join(above), "building", chosen)


def building(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The building, or somewhere else in the estate."""
    rows = list(beneath_open(draft.answers["estate"]))
    return _part_of(request, draft, "building", rows, _("Not at one building"))


def entrance(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The entrance, where the building has several."""
    rows = list(beneath_open(draft.answers.get("building") or "-"))
    if not rows:
        return onward(request, draft, step="entrance", entrance="")
    return _part_of(request, draft, "entrance", rows, _("The whole building"))


def _part_of(
    request: HttpRequest, draft: Draft, step: str, rows: list[Place], elsewhere: str
) -> HttpResponse:
    codes = {place.code for place in rows}
    value = request.POST.get(step)
    if request.method == "POST" and (value in codes or value == ""):
        if step == "building" and value != draft.answers.get("building"):
            draft.forget("entrance")
        return onward(request, draft, step=step, **{step: value})
    answered = step in draft.answers["asked"]
    now_at = draft.answers.get(step) if answered else None
    choices = [Choice(p.code, p.name, chosen=p.code == now_at) for p in rows]
    rest = Choice("", elsewhere, chosen=now_at == "")
    return page(request, draft, step, "choose", name=step, choices=choices, rest=rest, small=True)


# --- What -------------------------------------------------------------------------------------


def what(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Repair, complaint, violation, question or suggestion."""
    value = request.POST.get("kind", "")
    if request.method == "POST" and value in KINDS:
        return onward(request, draft, step="what", kind=value)
    now_at = draft.answers.get("kind")
    choices = [
        Choice(value, label, text, icon, chosen=value == now_at)
        for value, (label, text, icon) in KINDS.items()
    ]
    return page(request, draft, "what", "choose", name="kind", choices=choices)


def about(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The group, then the leaf; or by a word."""
    if request.method == "POST":
        leaf = Category.objects.filter(
            code=request.POST.get("category", ""), parent__isnull=False
        ).first()
        if leaf is not None:
            return onward(request, draft, step="about", category=leaf.code)
    rows = list(Category.objects.order_by("code"))
    leaves = [row for row in rows if row.parent_id is not None]
    words = request.GET.get("q", "").strip().lower()[:40]
    group = next((r for r in rows if r.code == request.GET.get("group") and not r.parent_id), None)
    if words:
        leaves = [r for r in leaves if words in r.name_zh or words in r.name_en.lower()]
    elif group is not None:
        leaves = [r for r in leaves if r.parent_id == group.pk]
    now_at = draft.answers.get("category")
    context: dict[str, Any] = {
        "q": words,
        "group": group,
        "groups": [row for row in rows if row.parent_id is None],
        "choices": [_leaf_choice(leaf, now_at) for leaf in leaves] if words or group else [],
        "chosen": next((_leaf_choice(r, now_at) for r in rows if r.code == now_at), None),
        "name": "category",
    }
    template = "_leaves" if wants_fragment(request) else "about"
    return page(request, draft, "about", template, **context)


def _leaf_choice(leaf: Category, now_at: str | None) -> Choice:
    tags: list[tuple[str, str]] = []
    if leaf.emergency_number:
        tags.append(("phone", _("Call %(number)s first") % {"number": leaf.emergency_number}))
    elif leaf.urgency == Urgency.URGENT:
        tags.append(("alert", _("Urgent")))
    return Choice(leaf.code, leaf.name, chosen=leaf.code == now_at, tags=tuple(tags))


# --- Words and photos -------------------------------------------------------------------------


def tell(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The words, the exact spot, photos. Photos are kept at once, whatever else is wrong."""
    given = {name: draft.answers.get(name, "") for name in ("description", "spot")}
    form = TellForm(initial=given)
    if request.method == "POST":
        form = TellForm(request.POST, request.FILES)
        draft.answers.update({name: request.POST.get(name, "")[:LONGEST_KEPT] for name in given})
        refused = take_photos(request, draft)
        keep(request, draft)
        if not refused and ("stay" in request.POST or "remove" in request.POST):
            return redirect(step_url("tell", d=draft.key))
        for sentence in refused:
            form.add_error("photos", sentence)
        if form.is_valid():
            return onward(request, draft, step="tell")
        draft.forget("tell")
        keep(request, draft)
    category = Category.objects.select_related("parent").get(code=draft.answers["category"])
    context: dict[str, Any] = {"form": form, "category": category, "photos": kept_pictures(draft)}
    if category.urgency == Urgency.URGENT:
        estate = place_of_code(draft.answers["estate"])
        context["promises"] = queries.usual_promises(now(), place=estate, category=category)
    return page(request, draft, "tell", "tell", **context)


def take_photos(request: HttpRequest, draft: Draft) -> list[str]:
    """Keep what was uploaded and let go of what was removed; a sentence for each one refused."""
    held: list[str] = [
        str(photo.public_id) for photo in queries.own_photos(draft.answers["photos"], draft.holder)
    ]
    draft.answers["photos"] = held
    if (gone := request.POST.get("remove", "")) in held:
        held.remove(gone)
        for photo in queries.own_photos([gone], draft.holder):
            actions.drop_photo(photo)
    refused = []
    for file in request.FILES.getlist("photos"):
        if (sentence := _taken(request, file, draft)) is not None:
            refused.append(f"{file.name}: {sentence}")
    return refused


def _taken(request: HttpRequest, file: "UploadedFile[bytes]", draft: Draft) -> str | None:
    """Keep one photo; why not, if not. The same file twice is one photo: a double click, mostly."""
    held, prints = draft.answers["photos"], draft.answers.setdefault("prints", {})
    print_of = hashlib.sha256(b"".join(file.chunks())).hexdigest()
    if prints.get(print_of) in held:
        return None
    if len(held) >= MOST_PHOTOS:
        return _("%(most)d photos are enough. Remove one to add another.") % {"most": MOST_PHOTOS}
    file.seek(0)
    try:
        if signed_in(request) is not None:
            photo = actions.keep_photo(file, by=draft.holder)
        else:
            photo = actions.keep_photo_anonymously(
                file, by=draft.holder, address=address_digest(request)
            )
    except (Invalid, TooMany) as refusal:
        return str(refusal)
    prints[print_of] = str(photo.public_id)
    held.append(str(photo.public_id))
    return None


def kept_pictures(draft: Draft) -> list[Picture]:
    """The draft's photos that are still there."""
    return pictures(queries.own_photos(draft.answers["photos"], draft.holder))


# --- Who --------------------------------------------------------------------------------------

ABOUT_YOU = ("account", "name", "phone", "dwelling", "confidential", "patrol")


def you(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Name and number, or neither; confidential or not."""
    user = signed_in(request)
    given: dict[str, Any] = {
        "account": "yes",
        "name": user.name if user else "",
        "phone": user.phone or "" if user else "",
    }
    given |= {name: draft.answers[name] for name in ABOUT_YOU if name in draft.answers}
    form = YouForm(
        sent(request),
        initial=given,
        signed_in=user is not None,
        holds_office=user is not None and bool(standing_of(user).appointments),
    )
    if request.method == "POST":
        if form.is_valid():
            return onward(request, draft, step="you", **form.cleaned_data)
        kept = {name: request.POST.get(name, "")[:64] for name in ("name", "phone", "dwelling")}
        draft.answers.update(kept)
        draft.forget("you")
        keep(request, draft)
    category = Category.objects.get(code=draft.answers["category"])
    return page(request, draft, "you", "you", form=form, category=category)
