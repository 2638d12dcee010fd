"""What else than firms the county lists: a beautiful home, and a committee in public notice."""

import io
from datetime import datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from common.now import pretend
from common.workdays import SHANGHAI
from communities.models import (
    Appointment,
    Body,
    BodyKind,
    CommitteeState,
    Office,
    Place,
    ServiceMode,
)
from communities.scope import calendar_for
from governance.demo.acting import World
from governance.demo.scenes import drawn
from ratings.actions import listings
from ratings.actions.listing_alarms import sound_listings
from ratings.actions.listing_files import keep_file, show_file
from ratings.models import Listing, ListingFile, Scheme
from ratings.workflow import ListingVerb

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
V = ListingVerb


def list_others(world: World, until: datetime) -> int:
    """One estate on the red list, one committee in public notice; how many listings there are."""
    district = world.county.district
    team = _team(district)
    schemes = {scheme.subject: scheme for scheme in Scheme.objects.filter(place=district)}
    estate, committee = _estate(world), _committee(district)
    if len(team) >= 4 and "firms" in schemes and estate is not None:
        _beautiful(schemes["firms"], estate, team, until)
    if len(team) >= 4 and "committees" in schemes and committee is not None:
        _praised(schemes["committees"], committee, team, until)
    return Listing.objects.count()


def _team(district: Place) -> list[User]:
    held = Appointment.objects.filter(office=Office.DISTRICT_OFFICER, body__place=district)
    return [post.user for post in held.select_related("user").order_by("pk")]


def _estate(world: World) -> Place | None:
    homes = (h for h in world.county.homes if h.mode == ServiceMode.MARKET)
    return next((h.place for h in homes if h.character in ("excellent", "good")), None)


def _committee(district: Place) -> Body | None:
    rows = Body.objects.filter(
        kind=BodyKind.OWNERS_COMMITTEE,
        place__code__startswith=district.code,
        committee__state=CommitteeState.FILED,
    )
    return rows.order_by("code").first()


def _beautiful(scheme: Scheme, estate: Place, team: list[User], until: datetime) -> None:
    begun = _morning(until, 54)
    with pretend(begun):
        picture = io.BytesIO()
        drawn("green", after=True).save(picture, "JPEG", quality=90)
        kept = keep_file(ContentFile(picture.getvalue(), "入口.jpg"), by=team[0])  # type: ignore[arg-type]
        made = listings.propose(
            scheme, by=team[0], estate=estate, kind="red", files=[str(kept.public_id)],
            grounds="环境整洁、车辆有序，业主满意度连续两期居全县前列，无安全事故和有责投诉。",
            evidence="评选申报表、现场照片、满意度统计。",
        )  # fmt: skip
        show_file(ListingFile.objects.get(pk=kept.pk), by=team[0], public=True)
    _approved(made, team, begun)
    with pretend(_morning(until, 30)):
        sound_listings()
    shown = _morning(until, 17)
    _take(made, V.SCHEDULE, team[0], _morning(until, 30) + HOUR,
          publish_at=shown,
          document_number=f"红住建发〔{shown.year}〕{shown.month + 11}号")  # fmt: skip
    with pretend(shown):
        sound_listings()


def _praised(scheme: Scheme, committee: Body, team: list[User], until: datetime) -> None:
    begun = _morning(until, 3)
    with pretend(begun):
        made = listings.propose(
            scheme, by=team[0], body=committee, kind="red",
            grounds="按期召开业主大会，账目每季度公示，公共收益使用全程公开。",
            evidence="会议记录、公示照片。",
        )  # fmt: skip
    _approved(made, team, begun)


def _approved(made: Listing, team: list[User], at: datetime) -> None:
    """Through the decisions into public notice, on one day."""
    if made.version.read.steps.joint_check:
        _take(made, V.JOINT_CHECK, team[0], at + HOUR, departments="城管局", text="无异议。")
    _take(made, V.PUT_FORWARD, team[0], at + HOUR)
    _take(made, V.DECIDE, team[1], at + 2 * HOUR, text="事迹属实，符合条件。")
    if made.version.read.steps.legal_review:
        _take(made, V.LEGAL_REVIEW, team[2], at + 3 * HOUR, text="程序合法。")
    for by in team[2:4]:
        _take(made, V.APPROVE, by, at + 4 * HOUR,
              minutes=f"局长办公会纪要〔{at.year}〕{at.month}号", met_on=at.date())  # fmt: skip
    _take(made, V.NOTICE, team[0], at + 5 * HOUR)


def _take(listing: Listing, verb: ListingVerb, by: User, at: datetime, **said: Any) -> None:
    with pretend(at):
        listings.step(listing, verb, by=by, said=said)


def _morning(until: datetime, days: int) -> datetime:
    """Nine o'clock of a working day, so many days ago or a little earlier."""
    day = (until - days * DAY).astimezone(SHANGHAI).date()
    calendar = calendar_for({day.year, day.year - 1})
    while not calendar.is_working(day):
        day -= DAY
    return datetime.combine(day, time(9), SHANGHAI)
