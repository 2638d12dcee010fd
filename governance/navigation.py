"""Where each person may want to go: at most five ways, by the offices they hold."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import FIRM_OFFICES, BodyKind, Office
from communities.permissions import kept_codes
from communities.permissions.estates import OBSERVING
from communities.permissions.offices import reads_offices
from communities.scope import Standing, standing_of
from complaints.permissions.rules import rule_codes
from complaints.permissions.supervision import answers_for
from governance import groups
from ratings.permissions.assessments import ASSESSES, REPORTERS
from ratings.permissions.schemes import scheme_codes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# Whoever fills in sheets by any method.
ASSESSORS = frozenset(office for offices in ASSESSES.values() for office in offices)
# Whoever decides on lists, and whoever is on them.
LISTED = REPORTERS | {Office.DISTRICT_OFFICER}
MOST = 5  # as many as a thumb finds at the foot of a phone


@dataclass(frozen=True)
class Way:
    """One entry of the navigation."""

    label: "StrOrPromise"
    url: str
    icon: str
    active: bool


def nav_for(user: User | None, path: str) -> list[Way]:
    """The ways open to this person, the most used first."""
    return [Way(label, url, icon, path == url) for label, url, icon in _ways(user)[:MOST]]


def _ways(user: User | None) -> "list[tuple[StrOrPromise, str, str]]":
    ways: list[tuple[StrOrPromise, str, str]] = []
    if user is None:
        ways.append((_("Report"), reverse("complaints:report"), "report"))
        ways.append((_("Follow a report"), reverse("complaints:track"), "search"))
    else:
        standing = standing_of(user)
        if standing.desk_place_ids or standing.grid_estate_ids:
            ways.append((_("Queue"), reverse("complaints:queue"), "queue"))
        if standing.handler_body_ids - _own_offices(user) or standing.repairer_body_ids:
            ways.append((_("Our orders"), reverse("complaints:orders"), "tools"))
        if standing.overseer_codes:
            ways.append((_("Overview"), reverse("overview"), "chart"))
        if standing.overseer_codes or answers_for(standing):
            ways.append((_("Supervision"), reverse("supervision:list"), "flag"))
        if standing.holds(*OBSERVING):
            ways.append((_("On-site checks"), reverse("complaints:checks"), "check"))
        if standing.appointments and not standing.administrator:
            ways.append((_("All orders"), reverse("complaints:all"), "list"))
        ways.append((_("Report"), reverse("complaints:report"), "report"))
        ways.append((_("My reports"), reverse("complaints:mine"), "user"))
    return ways


def more_for(user: User) -> list[Way]:
    """What is wanted now and then, in the menu behind one's name."""
    ways = _ways(user)[MOST:]
    standing = standing_of(user)
    if kept_codes(user):
        ways.append((_("Register"), reverse("communities:register"), "building"))
    if standing.appointments and not standing.administrator:
        ways.append((_("Indicators"), reverse("indicators"), "chart"))
    ways += _of_rules(user)
    ways += _of_assessment(standing)
    if standing.desk_place_ids:
        ways.append((_("Duty roster"), reverse("communities:duty"), "clock"))
    if reads_offices(user):
        ways.append((_("Who holds which office"), reverse("communities:people"), "people"))
    if groups.offices_of(user):
        ways.append((_("Chat groups"), reverse("groups"), "people"))
    if standing.administrator or standing.holds(Office.DISTRICT_OFFICER):
        ways.append((_("Outbox"), reverse("outbox"), "send"))
        ways.append((_("Is the portal well?"), reverse("health"), "clipboard"))
    return [Way(label, url, icon, False) for label, url, icon in ways]


def _of_assessment(standing: Standing) -> "list[tuple[StrOrPromise, str, str]]":
    """For those who assess, and for those who are assessed."""
    ways: list[tuple[StrOrPromise, str, str]] = []
    if standing.holds(*ASSESSORS):
        ways.append((_("My assessments"), reverse("ratings:assess"), "clipboard"))
    if standing.holds(*FIRM_OFFICES):
        ways.append((_("What was found of us"), reverse("ratings:settled"), "clipboard"))
    if standing.holds(*LISTED):
        ways.append((_("Red and black lists"), reverse("ratings:listings"), "flag"))
    if standing.overseer_codes or standing.holds(*REPORTERS):
        ways.append((_("Use of results"), reverse("ratings:results"), "flag"))
        ways.append((_("Credit ledger"), reverse("ratings:credit_records"), "note"))
    return ways


def _of_rules(user: User) -> "list[tuple[StrOrPromise, str, str]]":
    """By which rules orders run and firms are assessed."""
    ways: list[tuple[StrOrPromise, str, str]] = []
    if scheme_codes(user):
        ways.append((_("Schemes of assessment"), reverse("ratings:schemes"), "clipboard"))
    if rule_codes(user):
        ways.append((_("Time rules"), reverse("rules:rules"), "note"))
    return ways


def _own_offices(user: User) -> frozenset[int]:
    """Community offices: their people handle orders from the queue, not from a firm's list."""
    return frozenset(
        a.body_id
        for a in standing_of(user).appointments
        if a.body is not None and a.body_id and a.body.kind == BodyKind.COMMUNITY_OFFICE
    )
