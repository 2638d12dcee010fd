"""One of everything the register keeps, about the estate and the firm of the matrix."""

from datetime import date
from typing import Any

from common.now import now, today
from communities.models import (
    ActionPlan,
    Appointment,
    Body,
    BodyKind,
    ButlerMessage,
    Committee,
    CommitteeMember,
    CommitteeState,
    Contract,
    Deviation,
    Facility,
    Group,
    GroupKind,
    GroupMembership,
    HonourList,
    Instructor,
    Need,
    Observation,
    Offer,
    Office,
    PartyLevel,
    PartyOrganisation,
    PlanTask,
    PoolMembership,
    Post,
    Standard,
)
from ratings.models import Scheme
from ratings.terms.presets import presets
from tests.factories import County
from tests.nets.assessed import assessed
from tests.nets.bulletined import bulletined
from tests.nets.credited import credited
from tests.nets.granted import granted
from tests.nets.listed import listed
from tests.nets.polled import polled
from tests.nets.scored import scored

BEGAN = date(2026, 1, 1)


def registered(county: County) -> dict[str, str]:
    """The key of each noun: a code or a public id. Rows as they stand, made by no verb."""
    estate, firm = county.estate, county.firm

    def body(kind: BodyKind, code: str, name: str) -> Body:
        return Body.objects.create(kind=kind, code=f"990101-{code}", name=name, place=estate)

    committee = Committee.objects.create(
        body=body(BodyKind.OWNERS_COMMITTEE, "oc-00001", "业主委员会"),
        state=CommitteeState.ELIGIBLE,
    )
    party = PartyOrganisation.objects.create(
        body=body(BodyKind.PARTY_ORGANISATION, "po-00001", "小区党支部"), level=PartyLevel.BRANCH
    )
    group = Group.objects.create(
        body=body(BodyKind.GROUP, "gr-00001", "红管家队伍"), kind=GroupKind.RED_BUTLER_TEAM
    )
    plan = ActionPlan.objects.create(
        place=county.district,
        template="free",
        title="行动计划",
        from_year=2026,
        until_year=2028,
        entered_at=now(),
    )
    supervisor = county.people["committee"]
    keys: dict[str, Any] = {
        "member": CommitteeMember.objects.create(committee=committee, name="周业", from_on=BEGAN),
        "post": Post.objects.create(
            organisation=party, place=estate, kind="vanguard", title="先锋岗", from_on=BEGAN
        ),
        "instructor": Instructor.objects.create(
            sent_by=party, estate=estate, name="吴指导", from_on=BEGAN
        ),
        "membership": GroupMembership.objects.create(group=group, member=firm, from_on=BEGAN),
        "action_plan": plan,
        "plan_task": PlanTask.objects.create(plan=plan, position=1, title="覆盖", unit="个"),
        "contract": Contract.objects.filter(estate=estate).order_by("pk")[0],
        "facility": Facility.objects.create(place=estate, kind="lift", name="1号电梯"),
        "offer": Offer.objects.create(firm=firm, kind="canteen", name="食堂", from_on=BEGAN),
        "need": Need.objects.create(estate=estate, kind="canteen", text="助餐", raised_on=BEGAN),
        "pool": PoolMembership.objects.create(firm=firm, from_on=BEGAN, grounds="社会责任"),
        "observation": Observation.objects.create(
            place=estate, kind="service", text="保洁不到位", user=supervisor, at=now()
        ),
        "scheme": _scheme(county),
        **_standard(county),
        "honours": HonourList.objects.create(
            place=county.district, name="美丽家园", year=2026, granted_by="区县", granted_on=today()
        ),
        "butler": Appointment.objects.create(
            user=county.people["repairer"],
            office=Office.BUTLER,
            place=estate.children.order_by("code")[0],
            from_on=BEGAN,
        ),
    }
    keys["message"] = ButlerMessage.objects.create(
        butler=keys["butler"], by=county.people["resident"], text="楼道灯不亮", at=now()
    )
    sheets = assessed(county, keys["scheme"])
    scores = scored(county, keys["scheme"], sheets["assessment"])
    return {
        **{noun: str(row.public_id) for noun, row in keys.items()},
        **sheets,
        **scores,
        **granted(county, scores["card"], keys["honours"]),
        **bulletined(county),
        **listed(county, keys["scheme"]),
        **polled(county),
        **credited(county),
        "committee": committee.body.code,
        "party": party.body.code,
        "group": group.body.code,
        "firm": firm.code,
        "place": estate.code,
    }


def _standard(county: County) -> dict[str, Any]:
    """The district's standard, and where the firm departed from it."""
    made = Standard.objects.create(
        place=county.district, field="charges", title="收费细则", issued_by="住建局"
    )
    version = made.versions.create(number=1, from_on=BEGAN, entered_at=now())
    clause = version.clauses.create(number=1, text="收费标准在公示栏公示。")
    departed = Deviation.objects.create(
        clause=clause,
        estate=county.estate,
        firm=county.firm,
        on=today(),
        grounds="没有公示",
        evidence="现场照片",
        entered_at=now(),
    )
    return {"standard": made, "deviation": departed}


def _scheme(county: County) -> Scheme:
    """The district's scheme, settled, with a draft of its next version."""
    made = Scheme.objects.create(
        place=county.district, name="季度测评", subject="firms", preset="anhui_quarterly"
    )
    terms = presets()["anhui_quarterly"].document
    made.versions.create(number=1, terms=terms, made_at=now(), settled_at=now())
    made.versions.create(number=2, terms=terms, made_at=now())
    return made
