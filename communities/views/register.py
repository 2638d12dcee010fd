"""The home of the register: the way to each of its lists."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from communities.permissions import kept_codes
from communities.queries.beginning import Beginning, beginning_of
from communities.queries.tree import outermost, own_places
from communities.sheets import SHEETS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Card:
    """A list of the register: the name of its page, what it is called, what is in it."""

    route: str
    title: "StrOrPromise"
    text: "StrOrPromise"
    icon: str
    args: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(f"communities:{self.route}", args=self.args)


FOR_ALL = (
    Card("grids", _("Grids"), _("By community, with how far they cover the buildings"), "pin"),
    Card("map", _("Map of estates"), _("Where they lie"), "globe"),
    Card("firms", _("Property firms"), _("Whom they serve, and how to reach them"), "building"),
    Card("committees", _("Owners' committees"), _("How far each is formed, until when"), "people"),
    Card("party", _("Party organisations"), _("From the subdistrict to the estate"), "flag"),
    Card("groups", _("Alliances and teams"), _("Who works together"), "people"),
    Card("needs", _("Needs of estates"), _("And the firms that offer it"), "tools"),
    Card("honours", _("Honours"), _("Beautiful homes and others"), "star"),
    Card("standards", _("Detailed standards"), _("What firms are held to, by field"), "note"),
    Card("action_plans", _("Action plans"), _("Tasks, targets and how far they are"), "chart"),
)
FOR_KEEPERS = (
    Card(
        "ledger",
        _("Ledgers"),
        _("Fixed columns, to print or to take out"),
        "clipboard",
        ("estates",),
    ),
    Card("people", _("People in office"), _("Appoint, dismiss, hand over"), "user"),
    Card("vacancies", _("Vacant offices"), _("What nobody holds today"), "alert"),
    Card("invitations", _("Invitations"), _("People who are to get an account"), "send"),
    Card("imports", _("Excel sheets"), _("Enter many at once, and take them out"), "list"),
    Card("observations", _("Observations"), _("What observers and supervisors noted"), "note"),
)


@dataclass(frozen=True)
class Step:
    """One list of those that set a register up: whether some of it is there, or it comes next."""

    name: str
    title: "StrOrPromise"
    there: bool
    next: bool


def steps_of(beginning: Beginning) -> list[Step]:
    """The lists in their order while the register is being set up; none once it is."""
    if beginning.over:
        return []
    return [
        Step(name, SHEETS[name].title, there, name == beginning.next)
        for name, there in beginning.held.items()
    ]


@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What is kept here, for everybody; and, for those who keep it, their own places first."""
    user = request.user if isinstance(request.user, User) else None
    codes = kept_codes(user) if user is not None else ()
    context = {
        "districts": outermost(today()),
        "own": own_places(user, today()) if user is not None else [],
        "cards": FOR_ALL,
        "keepers": FOR_KEEPERS if codes else (),
        "steps": steps_of(beginning_of(codes)) if codes else [],
    }
    return render(request, "communities/register.html", context)
