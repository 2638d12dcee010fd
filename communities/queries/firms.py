"""Firms: the list, one firm's page, needs and who could meet them, lists of honours."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q
from django.db.models.functions import Cast

from accounts.models import User
from communities.models import (
    Appointment,
    Body,
    BodyKind,
    Contract,
    Honour,
    HonourList,
    Need,
    Offer,
    Office,
    PoolMembership,
    in_force,
)
from communities.permissions import kept_codes
from communities.queries.contracts import Served, served
from communities.scope import standing_of


def firm_list(on: date, *, text: str = "", led: bool = False, pool: bool = False) -> Any:
    """Firms found by name, initials, code or credit code, with how many estates each serves."""
    standing = PoolMembership.objects.filter(in_force(on), firm=OuterRef("pk"))
    serving = Q(contracts__from_on__lte=on) & (
        Q(contracts__until_on__isnull=True) | Q(contracts__until_on__gt=on)
    )
    rows = Body.objects.filter(kind=BodyKind.FIRM).select_related("firm", "place")
    rows = rows.exclude(dissolved_on__lte=on)
    for word in text.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(initials__startswith=word.lower())
            | Q(code__iexact=word)
            | Q(firm__credit_code__iexact=word)
        )
    if led:
        rows = rows.filter(firm__community_led=True)
    if pool:
        rows = rows.filter(Exists(standing))
    return rows.annotate(
        estates=Count("contracts", filter=serving, distinct=True), preferred=Exists(standing)
    )


@dataclass(frozen=True)
class FirmPage:
    """Everything the page of a firm shows to anybody."""

    body: Body
    on: date
    served: list[Served]
    managers: list[Appointment]
    offers: list[Offer]
    pool: list[PoolMembership]
    honours: list[Honour]
    met: list[Need]

    @property
    def running(self) -> list[Served]:
        return [served for served in self.served if served.state == "running"]

    @property
    def member(self) -> PoolMembership | None:
        """Its standing in the preferred pool today."""
        on = self.on
        held = (m for m in self.pool if m.from_on <= on and not (m.until_on and m.until_on <= on))
        return next(held, None)

    @property
    def licence_over(self) -> bool:
        firm = getattr(self.body, "firm", None)
        return bool(firm and firm.licence_until and firm.licence_until < self.on)


def firm_page(body: Body, on: date) -> FirmPage:
    """The same number of queries however many estates it serves."""
    contracts = Contract.objects.filter(firm=body).select_related("estate", "firm")
    managers = Appointment.objects.filter(
        in_force(on), body=body, office=Office.FIRM_MANAGER, user__is_active=True
    )
    return FirmPage(
        body=body,
        on=on,
        served=served(contracts.order_by("from_on", "estate__code"), on),
        managers=list(managers.select_related("user").order_by("from_on", "pk")),
        offers=list(
            Offer.objects.filter(firm=body)
            .exclude(until_on__lte=on)
            .order_by("kind", "from_on", "pk")
        ),
        pool=list(body.pool_memberships.order_by("-from_on")),
        honours=list(
            Honour.objects.filter(body=body, taken_back_on=None)
            .select_related("list")
            .order_by("-list__year", "pk")
        ),
        met=list(
            Need.objects.filter(met_by=body).select_related("estate").order_by("-met_on", "pk")
        ),
    )


# --- Needs and who could meet them -------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """A need with the firms that offer such a service, and what the reader may do about it."""

    need: Need
    offers: list[Offer]
    keeps: bool
    own: bool


def open_needs() -> Any:
    """What is needed and neither met nor lapsed, all of it."""
    rows = Need.objects.filter(met_on=None, lapsed_on=None).select_related("estate__parent")
    return rows.annotate(
        raised_at=Cast("raised_on", CharField()), key=Cast("public_id", CharField())
    )


def matched(needs: list[Need], user: User | None, on: date) -> list[Match]:
    """Each with its firms: one query for all of them."""
    by_kind: dict[str, list[Offer]] = defaultdict(list)
    kinds = {need.kind for need in needs}
    rows = Offer.objects.filter(in_force(on), kind__in=kinds).select_related("firm")
    for offer in rows.order_by("firm__code", "pk"):
        by_kind[offer.kind].append(offer)
    codes = kept_codes(user) if user is not None else ()
    own: set[int | None] = set()
    served_ids: frozenset[int] = frozenset()
    if user is not None:
        standing = standing_of(user)
        served_ids = standing.served_estate_ids
        own = {
            a.body_id
            for a in standing.appointments
            if a.office in {Office.FIRM_MANAGER, Office.FIRM_CLERK}
        }
    return [
        Match(
            need,
            offers := _near(by_kind[need.kind], need),
            keeps=bool(codes)
            and need.estate.code.startswith(codes)
            and need.estate_id not in served_ids,
            own=any(offer.firm_id in own for offer in offers),
        )
        for need in needs
    ]


def _near(offers: list[Offer], need: Need) -> list[Offer]:
    """Firms are found within a prefecture: bodies' codes begin with its digits."""
    return [offer for offer in offers if offer.firm.code[:4] == need.estate.code[:4]]


# --- Honours -----------------------------------------------------------------------------


def honour_lists() -> Any:
    """The lists, with how many stand on each."""
    return HonourList.objects.select_related("place").annotate(
        count=Count("honours", filter=Q(honours__taken_back_on=None)),
        granted=Cast("granted_on", CharField()),
        key=Cast("public_id", CharField()),
    )


def honoured(of: HonourList) -> list[Honour]:
    rows = of.honours.select_related("place__parent", "body")
    return list(rows.order_by("place__code", "body__code", "pk"))
