"""Who looks at the pages in the pictures, and which orders they look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import new_secret
from common.now import now
from communities.models import Appointment, Office, Place, PlaceKind
from communities.scope import day_of
from complaints.models import Complaint
from complaints.permissions import OFFERED, open_verbs, parties, visible_to
from complaints.views._done import FRESH
from complaints.views._draft import DRAFTS, new_draft
from complaints.views._who import SECRETS
from complaints.workflow import STEPS, Party, Status, Verb

# Whoever holds one of these offices plays the role.
OFFICES: dict[str, tuple[Office, ...]] = {
    "clerk": (Office.COMMUNITY_CLERK, Office.COMMUNITY_SECRETARY),
    "grid": (Office.GRID_WORKER, Office.GRID_LEADER),
    "manager": (Office.FIRM_MANAGER, Office.FIRM_CLERK),
    "repairer": (Office.REPAIRER,),
    "department": (Office.DEPARTMENT_OFFICER,),
    "committee": (Office.COMMITTEE_MEMBER, Office.BRANCH_SECRETARY),
    "subdistrict": (Office.SUBDISTRICT_OFFICER,),
    "district": (Office.DISTRICT_OFFICER,),
    "auditor": (Office.AUDITOR,),
    "administrator": (Office.ADMINISTRATOR,),
}
# Without an office: one who has reported much, one who has not yet, and two without an account.
ROLES = ("nobody", "holder", "newcomer", "resident", *OFFICES)
# As what each role is wanted on an order's page.
PARTY_OF = {
    "resident": Party.REPORTER,
    "holder": Party.REPORTER,
    "clerk": Party.DESK,
    "grid": Party.GRID,
    "manager": Party.HANDLER,
    "repairer": Party.REPAIRER,
    "department": Party.HANDLER,
    "committee": Party.WATCHER,
    "subdistrict": Party.OVERSEER,
    "district": Party.OVERSEER,
    "auditor": Party.AUDITOR,
}
LAMP = "0207"  # what the half-written report in the pictures is about


@dataclass(frozen=True)
class Shot:
    """One page as one person sees it."""

    route: str
    role: str
    url: str
    what: str = ""
    user: User | None = None
    session: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the picture's file is called."""
        parts = [self.route.replace(":", "-"), self.what.replace(" ", "-"), self.role]
        return ".".join(part for part in parts if part)


class Cast:
    """The people and orders of the database in use, found by what they are, not by their names."""

    def __init__(self) -> None:
        self.at: datetime = now()
        self.people: dict[str, User] = {}
        for role, offices in OFFICES.items():
            found = self._holder_of(offices)
            if found is not None:
                self.people[role] = found
        self.people.update(self._residents())

    def _holder_of(self, offices: tuple[Office, ...]) -> User | None:
        """Of those with the fewest other offices, the one with the most open orders."""
        held = Appointment.objects.in_force(day_of(self.at)).filter(office__in=offices)
        users = User.objects.filter(pk__in=held.values("user"), is_active=True).annotate(
            offices=Count("appointments")
        )
        return min(
            users.order_by("pk"),
            key=lambda user: (user.offices, -visible_to(user).open().count()),
            default=None,
        )

    def _residents(self) -> Iterator[tuple[str, User]]:
        users = User.objects.filter(appointments__isnull=True, is_active=True)
        by_reports = list(users.annotate(n=Count("complaints")).order_by("-n", "pk"))
        if by_reports:
            yield "resident", by_reports[0]
            yield "newcomer", by_reports[-1]

    def shot(
        self,
        route: str,
        role: str,
        what: str = "",
        query: Mapping[str, str] | None = None,
        session: Mapping[str, Any] | None = None,
        **kwargs: str,
    ) -> Iterator[Shot]:
        """The page of this route as this role sees it; none where nobody plays the role."""
        if role in ROLES[:2] or role in self.people:
            url = reverse(route, kwargs=kwargs) + (f"?{urlencode(query)}" if query else "")
            yield Shot(route, role, url, what, self.people.get(role), session or {})

    def orders(self, role: str) -> Iterator[tuple[Complaint, Actor]]:
        """Orders on which this role is what it should be, those with the most to show first."""
        orders = Complaint.objects.whole().annotate(n=Count("events", distinct=True))
        orders = orders.annotate(pictures=Count("photos", distinct=True)).order_by(
            "-pictures", "-n", "-pk"
        )
        if role == "holder":
            for order in orders.exclude(secret_digest=""):
                yield order, Reporter(order.secret_digest)
        elif role in self.people:
            user = self.people[role]
            for order in visible_to(user, orders):
                if PARTY_OF[role] in parties(user, order):
                    yield order, user

    def order_at(self, role: str, status: Status) -> tuple[Complaint, Actor] | None:
        """The order of this status that shows this role the most."""
        return next((pair for pair in self.orders(role) if pair[0].status == status), None)

    def order_for(self, verb: Verb) -> tuple[str, Complaint] | None:
        """Who may do this verb now, and on which order."""
        for role, party in PARTY_OF.items():
            if party in STEPS[verb].parties:
                for order, actor in self.orders(role):
                    if verb in open_verbs(actor, order, self.at):
                        return role, order
        return None

    def verbs(self) -> Iterator[tuple[Verb, str, Complaint]]:
        for verb in OFFERED:
            found = self.order_for(verb)
            if found is not None:
                yield verb, *found

    def secret_of(self, order: Complaint) -> dict[str, Any]:
        """A session that was shown the tracking code of an order without an account."""
        return {SECRETS: {order.reference: order.secret_digest}} if order.secret_digest else {}

    def just_sent(self, order: Complaint) -> dict[str, Any]:
        """A session from which this order was sent a moment ago."""
        secret = new_secret() if order.secret_digest else ""
        until = (self.at + timedelta(minutes=30)).isoformat()
        fresh = {order.reference: {"secret": secret, "until": until, "for_somebody": False}}
        return {**self.secret_of(order), FRESH: fresh}

    def draft(self) -> tuple[str, dict[str, Any]]:
        """A report written down but not sent: the key in its addresses, and its session."""
        entrance = Place.objects.filter(kind=PlaceKind.ENTRANCE).order_by("code")[0]
        codes = {str(place.kind): place.code for place in entrance.chain()}
        draft = new_draft()
        draft.answer("where", estate=codes[PlaceKind.ESTATE])
        draft.answer("building", building=codes[PlaceKind.BUILDING])
        draft.answer("entrance", entrance=entrance.code)
        draft.answer("what", kind="complaint")
        draft.answer("about", category=LAMP)
        draft.answer(
            "tell",
            description="三楼楼道的灯坏了一个星期，晚上老人上下楼很不方便，请尽快修好。",
            spot="三楼电梯口左手边",
        )
        draft.answer("you", name="王秀兰", phone="13912345678", dwelling="", confidential=False)
        return "picture", {DRAFTS: {"picture": draft.answers}}


def open_session(shot: Shot) -> str:
    """The key of a session like that of whoever sees the page; empty for nobody in particular."""
    if shot.user is None and not shot.session:
        return ""
    store = SessionStore()
    store.update(dict(shot.session))
    if shot.user is not None:
        store[SESSION_KEY] = str(shot.user.pk)
        store[BACKEND_SESSION_KEY] = "accounts.backends.PhoneOrName"
        store[HASH_SESSION_KEY] = shot.user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def close_session(key: str) -> None:
    SessionStore(key).delete()
