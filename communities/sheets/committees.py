"""The lists of committees and of who sits on them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.actions.committee_seats import amend_member, seat_member
from communities.actions.committees import found_committee, record_step
from communities.models import (
    COMMITTEE_BODIES,
    BodyKind,
    Committee,
    CommitteeMember,
    MemberRole,
    PlaceKind,
)
from communities.sheets import finding, places
from communities.sheets.buildings import ESTATE
from communities.sheets.by_verbs import judging
from communities.sheets.columns import AREA, Column, Kind
from communities.sheets.lines import AT_ONCE, Line, Reading, Sheet
from communities.workflow import Step

OWNERS_WORDS = ("业主委员会", "业委会", "owners")
MANAGEMENT_WORDS = ("物业管理委员会", "物管会", "management")
TERM = ("seats", "elected_on", "term_from_on", "term_until_on", "filing_number")
WHICH = Column(
    "kind",
    _("Kind of committee"),
    ("类型", "委员会类型", "组织类型"),
    Kind.CHOICE,
    choices=BodyKind,
    also={
        **dict.fromkeys(OWNERS_WORDS, BodyKind.OWNERS_COMMITTEE),
        **dict.fromkeys(MANAGEMENT_WORDS, BodyKind.MANAGEMENT_COMMITTEE),
    },
    offered=COMMITTEE_BODIES,
    note=_("Empty for an owners' committee."),
    width=20,
)
COLUMNS = (
    ESTATE,
    WHICH,
    Column("name", _("Committee"), ("业委会名称", "委员会名称", "名称"), Kind.NAME, width=28),
    Column("code", _("Code in the register"), ("编码", "代码"), Kind.CODE, longest=32, width=20),
    Column("seats", _("Seats"), ("委员人数", "委员数", "席位", "人数"), Kind.WHOLE),
    Column("elected_on", _("Elected on"), ("选举日期", "成立日期", "选举时间"), Kind.DATE),
    Column("term_from_on", _("Term from"), ("任期起", "任期开始", "任期起始"), Kind.DATE),
    Column(
        "term_until_on",
        _("Last day of the term"),
        ("任期止", "任期结束", "任期至", "届满日期", "任期届满"),
        Kind.LAST_DAY,
    ),
    Column("filed_on", _("Filed on"), ("备案日期", "备案时间"), Kind.DATE),
    Column("filing_number", _("Filing number"), ("备案号", "备案编号"), longest=60),
)


def _committee(reading: Reading, line: Line) -> Committee | None:
    """The committee of a row's estate and kind that is not dissolved."""
    estate = finding.estate_of(reading, line)
    kind = line.get("kind") or BodyKind.OWNERS_COMMITTEE
    line.refs |= {"estate": estate, "kind": kind}
    if estate is None:
        return None
    if kind not in COMMITTEE_BODIES:
        line.refuse("kind", "no_choice", said=line.said.get("kind", ""))
        return None
    found = Committee.objects.filter(
        body__place=estate, body__kind=kind, body__dissolved_on__isnull=True
    )
    return found.select_related("body__place").order_by("pk").first()


def look(reading: Reading, line: Line) -> Mapping[str, Any] | None:
    mine = _committee(reading, line)
    filed = any(line.get(name) is not None for name in (*TERM, "filed_on"))
    line.refs["filed"] = filed
    if mine is None:
        if filed and not line.get("filed_on") and "filed_on" not in line.wrong:
            line.refuse("filed_on", "missing")
        return None
    line.found = mine
    facts = {name: getattr(mine, name) for name in (*TERM, "filed_on")}
    return {"name": mine.body.name, "code": mine.body.code, **facts}


def do(reading: Reading, line: Line) -> None:
    """A new one, entered as it stands where it is filed. What is there moves by its own steps."""
    if line.found is not None:
        column = next(iter(line.changes))
        raise places.fixed(column)
    line.found = found_committee(
        by=reading.by,
        estate=line.refs["estate"],
        kind=line.refs["kind"],
        name=line.text("name"),
        code=line.text("code"),
    )
    if line.refs["filed"]:
        said = {name: line.held(name) for name in TERM}
        said["number"] = said.pop("filing_number")
        record_step(
            line.found, by=reading.by, step=Step.TAKEN_OVER, on=line.get("filed_on"), **said
        )


def rows(reading: Reading) -> Iterator[dict[str, Any]]:
    names = finding.names_within(reading, PlaceKind.ESTATE)
    for found in _all(reading):
        yield {
            "estate": finding.label_of(found.body.place, names),
            "kind": found.body.kind,
            "name": found.body.name,
            "code": found.body.code,
            **{name: getattr(found, name) for name in (*TERM, "filed_on")},
        }


def _all(reading: Reading) -> Iterator[Committee]:
    found = Committee.objects.filter(
        body__place__code__startswith=reading.place.code, body__dissolved_on__isnull=True
    )
    ordered = found.select_related("body__place").order_by("body__place__code", "pk")
    return iter(ordered.iterator(chunk_size=1000))


SHEET = Sheet(
    name="committees",
    title=_("Owners' and management committees"),
    columns=COLUMNS,
    judge=judging(COLUMNS, look, do),
    rows=rows,
    chunk=200,
    note=_("Committees that exist are entered as they stand; their steps have their own pages."),
    examples=(
        {
            "estate": "桂花苑",
            "kind": BodyKind.OWNERS_COMMITTEE,
            "seats": "7",
            "elected_on": "2024-05-20",
            "term_from_on": "2024-06-01",
            "term_until_on": "2029-05-31",
            "filed_on": "2024-06-10",
            "filing_number": "宁住建备〔2024〕12号",
        },
    ),
)

# --- Members ------------------------------------------------------------------------------

MEMBERS = (
    ESTATE,
    WHICH,
    Column("name", _("Name"), ("姓名", "委员姓名", "成员姓名"), required=True, longest=60),
    Column(
        "role",
        _("Role"),
        ("职务", "担任职务"),
        Kind.CHOICE,
        choices=MemberRole,
        also={
            "主任委员": MemberRole.DIRECTOR,
            "副主任委员": MemberRole.VICE,
            "候补": MemberRole.ALTERNATE,
        },
    ),
    Column(
        "phone",
        _("Mobile number"),
        ("电话", "手机", "手机号", "联系电话", "联系方式"),
        Kind.PHONE,
        longest=20,
        note=_("Only to find the person's account: it is not kept with the seat."),
    ),
    Column(
        "floor_area",
        _("Exclusive area, m²"),
        ("专有面积", "专有部分面积", "房屋面积"),
        Kind.DECIMAL,
        units=AREA,
    ),
    Column("party_member", _("Party member"), ("是否党员", "党员"), Kind.YES_NO),
    Column(
        "from_on", _("First day"), ("任职日期", "任职时间", "起始日期"), Kind.DATE, required=True
    ),
    Column("until_on", _("Last day"), ("离任日期", "终止日期", "任期至"), Kind.LAST_DAY),
)


Seated = dict[tuple[int, str], list[CommitteeMember]]


def _existing(reading: Reading, line: Line) -> Committee | None:
    """As `_committee`, all read once: this list enters none."""
    if "committees" not in reading.kept:
        reading.kept["committees"] = {
            (one.body.place_id, one.body.kind): one for one in reversed(list(_all(reading)))
        }
    estate = finding.estate_of(reading, line)
    kind = line.get("kind") or BodyKind.OWNERS_COMMITTEE
    if estate is None:
        return None
    if kind not in COMMITTEE_BODIES:
        line.refuse("kind", "no_choice", said=line.said.get("kind", ""))
        return None
    found: Committee | None = reading.kept["committees"].get((estate.pk, kind))
    return found


def _seated(reading: Reading) -> Seated:
    """Who sits or sat, by committee and name, the latest first; read once, new ones are added."""
    if "seated" not in reading.kept:
        reading.kept["seated"] = {}
        for member in _members(reading).order_by("-from_on", "pk").iterator(chunk_size=1000):
            _sits(reading, member)
    seated: Seated = reading.kept["seated"]
    return seated


def _sits(reading: Reading, member: CommitteeMember) -> None:
    reading.kept["seated"].setdefault((member.committee_id, member.name), []).append(member)


def look_member(reading: Reading, line: Line) -> Mapping[str, Any] | None:
    committee = _existing(reading, line)
    line.refs["committee"] = committee
    if committee is None:
        if "estate" not in line.wrong:
            line.refuse("estate", "no_committee")
        return None
    line.refs["user"] = _person(reading, line)
    known = _seated(reading).get((committee.pk, line.text("name")), [])
    day = line.get("from_on")
    mine = next((one for one in known if day in (None, one.from_on)), None)
    if mine is None:
        return None
    line.found = mine
    names = ("role", "floor_area", "party_member", "from_on", "until_on")
    return {name: getattr(mine, name) for name in names}


def _person(reading: Reading, line: Line) -> User | None:
    """Whoever has this number here: nobody is fine, somebody of another name is not."""
    if not line.get("phone"):
        return None
    user = finding.person_of(reading, line.text("phone"))
    if user is not None and user.name != line.text("name"):
        line.refuse("phone", "other_name")
    return user


def do_member(reading: Reading, line: Line) -> None:
    if line.found is not None:
        for column in ("role", "until_on"):
            if column in line.changes:
                raise places.fixed(column)
        known = {name: getattr(line.found, name) for name in ("floor_area", "party_member")}
        amend_member(line.found, by=reading.by, **(known | line.after))
        return
    line.found = seat_member(
        line.refs["committee"],
        by=reading.by,
        name=line.text("name"),
        role=line.get("role") or MemberRole.MEMBER,
        user=line.refs["user"],
        floor_area=line.get("floor_area"),
        party_member=bool(line.get("party_member")),
        from_on=line.get("from_on"),
        until_on=line.held("until_on"),
    )
    _sits(reading, line.found)


def members(reading: Reading) -> Iterator[dict[str, Any]]:
    """Without telephone numbers: they belong to people's accounts."""
    names = finding.names_within(reading, PlaceKind.ESTATE)
    ordered = _members(reading).order_by("committee__body__place__code", "from_on", "pk")
    for member in ordered.iterator(chunk_size=1000):
        yield {
            "estate": finding.label_of(member.committee.body.place, names),
            "kind": member.committee.body.kind,
            "name": member.name,
            "role": member.role,
            "floor_area": member.floor_area,
            "party_member": member.party_member,
            "from_on": member.from_on,
            "until_on": member.until_on,
        }


def _members(reading: Reading) -> QuerySet[CommitteeMember]:
    rows = CommitteeMember.objects.filter(
        committee__body__place__code__startswith=reading.place.code,
        committee__body__dissolved_on__isnull=True,
    )
    return rows.select_related("committee__body__place")


MEMBERS_SHEET = Sheet(
    name="members",
    title=_("Members of committees"),
    columns=MEMBERS,
    judge=judging(MEMBERS, look_member, do_member),
    rows=members,
    chunk=AT_ONCE,
    examples=(
        {
            "estate": "桂花苑",
            "name": "冯委员",
            "role": MemberRole.DIRECTOR,
            "floor_area": "108.6",
            "from_on": "2024-06-01",
        },
    ),
)
