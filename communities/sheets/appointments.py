"""The list of offices and who holds them, by telephone number; who has no account is invited."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.now import now
from communities.actions.invitations import invite
from communities.actions.offices import appoint
from communities.models import GRID_OFFICES, Appointment, Body, Grid, Invitation, Office, Place
from communities.permissions.offices import BODY_OF_OFFICE, fits
from communities.queries.invited import came_by_link
from communities.sheets import finding, places
from communities.sheets.by_verbs import judging
from communities.sheets.columns import Column, Kind
from communities.sheets.lines import Line, Reading, Sheet

FACTS = ("until_on", "letter", "put_forward_by")
COLUMNS = (
    Column(
        "phone",
        _("Mobile number"),
        ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式"),
        Kind.PHONE,
        required=True,
        longest=20,
        note=_("That of the person's account. Whoever has none is invited."),
    ),
    Column("name", _("Name"), ("姓名", "人员姓名"), required=True, longest=64),
    Column(
        "office",
        _("Office"),
        ("职务", "岗位", "身份", "角色"),
        Kind.CHOICE,
        required=True,
        choices=Office,
        also={
            "网格长": Office.GRID_LEADER,
            "小区院长": Office.WARDEN,
            "物业经理": Office.FIRM_MANAGER,
            "廉洁监督员": Office.INTEGRITY_SUPERVISOR,
            **dict.fromkeys(("社区专干", "社区干部", "社区工作者"), Office.COMMUNITY_CLERK),
            **dict.fromkeys(("社区书记", "社区党组织书记"), Office.COMMUNITY_SECRETARY),
        },
        width=20,
    ),
    Column(
        "seat",
        _("Where"),
        ("任职单位", "任职地点", "所在单位", "网格", "单位", "所在网格"),
        required=True,
        note=_("The body, grid or place, by code or name."),
        width=28,
    ),
    Column(
        "from_on",
        _("First day"),
        ("任职日期", "起始日期", "任职时间", "聘任日期"),
        Kind.DATE,
        required=True,
    ),
    Column("until_on", _("Last day"), ("终止日期", "任期至", "聘期至"), Kind.LAST_DAY),
    Column("letter", _("Letter of appointment"), ("聘书编号", "文号", "任命文号"), longest=60),
    Column("put_forward_by", _("Put forward by"), ("推荐单位", "推荐人", "推荐"), longest=120),
)


def look(reading: Reading, line: Line) -> Mapping[str, Any] | None:
    user, seat = _person(reading, line), _seat(reading, line)
    line.refs |= {"user": user, "seat": seat}
    if not line.get("phone") or not line.get("name") or seat is None or not line.get("from_on"):
        return None
    at = {
        "body": seat if isinstance(seat, Body) else None,
        "grid": seat if isinstance(seat, Grid) else None,
        "place": seat if isinstance(seat, Place) else None,
    }
    facts = {"office": line.text("office"), "from_on": line.get("from_on"), **at}
    mine = _given(user, facts) or _invited(line, facts)
    if user is None and not line.wrong:
        line.note("phone", "to_be_invited" if mine is None else "invited_already")
    if mine is None:
        return None
    line.found = mine
    return {name: getattr(mine, name) for name in FACTS}


def _person(reading: Reading, line: Line) -> User | None:
    if not line.get("phone"):
        return None
    user = finding.person_of(reading, line.text("phone"))
    if user is None:
        return came_by_link(line.text("phone"), line.text("name"), reading.by)
    if line.get("name") and user.name != line.text("name"):
        # A number mistyped must not give an office to a stranger.
        line.refuse("name", "other_name")
    return user


def _given(user: User | None, facts: Mapping[str, Any]) -> Appointment | None:
    found = Appointment.objects.filter(user=user, **facts)
    return found.order_by("pk").first() if user is not None else None


def _invited(line: Line, facts: Mapping[str, Any]) -> Invitation | Appointment | None:
    """The invitation that says the same, or what it has come to.

    One by a list whose time is over still waits: its link is made anew from there.
    """
    waits = Q(accepted_at__isnull=False) | Q(listed_in__isnull=False) | Q(expires_at__gt=now())
    rows = Invitation.objects.filter(
        waits, phone=line.text("phone"), revoked_at__isnull=True, **facts
    )
    found = rows.select_related("appointment").order_by("pk").last()
    if found is not None and found.name != line.text("name"):
        line.refuse("name", "other_name")
    return found.appointment or found if found is not None else None


def _seat(reading: Reading, line: Line) -> Body | Grid | Place | None:
    """The seat a row names, of the kind its office is held at."""
    said, office = line.text("seat"), line.get("office")
    if not said or not office:
        return None
    if office in GRID_OFFICES:
        return finding.grid_of(reading, line, "seat")
    if office in BODY_OF_OFFICE:
        bodies = Body.objects.filter(Q(code=said) | Q(name=said), dissolved_on__isnull=True)
        near = bodies.filter(place__code__startswith=reading.place.code[:6])
        held = near.filter(kind__in=BODY_OF_OFFICE[office]).select_related("place")
        body: Body | None = finding.one_of(line, "seat", list(held.order_by("code")[:5]), said)
        return body
    kinds = tuple(kind for kind in finding.ALL if fits(Office(office), Place(kind=kind)))
    return finding.place_of(reading, line, "seat", kinds)


def do(reading: Reading, line: Line) -> None:
    """Offices are given; they end, and pass on, by their own verbs."""
    if line.found is not None:
        raise places.fixed(next(iter(line.changes)))
    said: dict[str, Any] = {
        "by": reading.by,
        "office": line.text("office"),
        "at": line.refs["seat"],
        "from_on": line.get("from_on"),
        "until_on": line.held("until_on"),
        "letter": line.text("letter"),
        "put_forward_by": line.text("put_forward_by"),
    }
    user = line.refs["user"]
    if user is not None:
        line.found = appoint(user, **said)
        return
    # Its secret is told to nobody: links are made when they are asked for.
    line.found, _secret = invite(
        name=line.text("name"), phone=line.text("phone"), listed_in=reading.of, **said
    )


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    """Those in force, of people who can be found again by their number."""
    code = reading.place.code
    within = Q(body__place__code__startswith=code) | Q(place__code__startswith=code)
    within |= Q(grid__community__code__startswith=code)
    found = Appointment.objects.in_force(reading.on).filter(
        within, user__phone__isnull=False, user__is_active=True
    )
    found = found.select_related("user", "body", "grid", "place").order_by("office", "pk")
    for held in found.iterator(chunk_size=1000):
        yield {
            "phone": held.user.phone,
            "name": held.user.name,
            "office": held.office,
            "seat": held.seat.code,
            "from_on": held.from_on,
            **{name: getattr(held, name) for name in FACTS},
        }


SHEET = Sheet(
    name="appointments",
    title=_("Offices and who holds them"),
    columns=COLUMNS,
    judge=judging(COLUMNS, look, do),
    rows=rows,
    chunk=200,
    note=_(
        "Whoever has no account here is invited: once the list is written, its page makes the"
        " links that you hand over."
    ),
    examples=(
        {
            "phone": "13900000000",
            "name": "赵网格",
            "office": Office.GRID_WORKER,
            "seat": "河东第一网格",
            "from_on": "2026-01-01",
        },
    ),
)
