"""A prefecture of Tai'an's shape (T1), in rows made in bulk."""

from datetime import date, timedelta

from accounts.models import User
from common.now import now, today
from communities.models import (
    Appointment,
    Body,
    BodyKind,
    Committee,
    CommitteeMember,
    CommitteeState,
    CommitteeStep,
    Contract,
    Estate,
    EstateKind,
    Firm,
    Grid,
    GridKind,
    Instructor,
    Office,
    PartyLevel,
    PartyOrganisation,
    Place,
    PlaceKind,
    ServiceMode,
)
from communities.workflow import Step
from tests.factories import person

DISTRICT = "990900"
SUBDISTRICTS, COMMUNITIES, ESTATES, FIRMS, GRIDS = 18, 186, 2117, 469, 1000
ORGANISED, COVERED_GRIDS, FORMED, PROFESSIONAL = 428, 990, 1552, 1736
SEATS, PARTY_SEATS = 5, 3
# Of so many committees the members are entered: enough for the share.
SEATED = 310
BEGAN = date(2020, 1, 1)


def tai_an() -> tuple[Place, User]:
    """The place, and somebody who keeps its register."""
    district = Place.objects.create(kind=PlaceKind.DISTRICT, code=DISTRICT, name="泰山市")
    communities = _communities(district)
    estates = _estates(communities)
    firms = _firms(district, estates)
    root = _party(district, communities, firms)
    _instructors(root, firms[ORGANISED:])
    _grids(root, communities)
    _committees(estates[:FORMED])
    return district, _keeper(district)


def _places(kind: PlaceKind, parents: list[Place], count: int) -> list[Place]:
    rows = []
    for n in range(count):
        above = parents[n % len(parents)]
        code = f"{above.code}{n // len(parents) + 1:03d}"
        rows.append(Place(kind=kind, code=code, name=f"{kind} {n}", parent=above))
    return Place.objects.bulk_create(rows, batch_size=500)


def _communities(district: Place) -> list[Place]:
    subdistricts = _places(PlaceKind.SUBDISTRICT, [district], SUBDISTRICTS)
    return _places(PlaceKind.COMMUNITY, subdistricts, COMMUNITIES)


def _estates(communities: list[Place]) -> list[Place]:
    places = _places(PlaceKind.ESTATE, communities, ESTATES)
    Estate.objects.bulk_create(
        [
            Estate(
                place=place,
                kind=EstateKind.COMMODITY,
                service_mode=_mode(n),
                households=500,
            )
            for n, place in enumerate(places)
        ],
        batch_size=500,
    )
    return places


def _mode(n: int) -> ServiceMode:
    if n >= PROFESSIONAL:
        return ServiceMode.SELF_MANAGED if n % 2 else ServiceMode.CARETAKER
    return ServiceMode.COMMUNITY_LED if n % 20 == 0 else ServiceMode.MARKET


def _bodies(kind: BodyKind, places: list[Place], stem: str) -> list[Body]:
    return Body.objects.bulk_create(
        [
            Body(kind=kind, code=f"{DISTRICT}-{stem}{n:05d}", name=f"{stem} {n}", place=place)
            for n, place in enumerate(places)
        ],
        batch_size=500,
    )


def _firms(district: Place, estates: list[Place]) -> list[Body]:
    firms = _bodies(BodyKind.FIRM, [district] * FIRMS, "F")
    Firm.objects.bulk_create(
        [Firm(body=firm, credit_code=f"91{n:016d}") for n, firm in enumerate(firms)]
    )
    Contract.objects.bulk_create(
        [
            Contract(firm=firms[n % FIRMS], estate=estate, from_on=BEGAN)
            for n, estate in enumerate(estates[:PROFESSIONAL])
        ],
        batch_size=500,
    )
    return firms


def _party(district: Place, communities: list[Place], firms: list[Body]) -> PartyOrganisation:
    committees = _bodies(BodyKind.PARTY_ORGANISATION, [district, *communities], "P")
    branches = _bodies(BodyKind.PARTY_ORGANISATION, [district] * ORGANISED, "B")
    rows = [PartyOrganisation(body=body, level=PartyLevel.COMMITTEE) for body in committees]
    rows += [
        PartyOrganisation(body=body, level=PartyLevel.BRANCH, firm=firm)
        for body, firm in zip(branches, firms, strict=False)
    ]
    return PartyOrganisation.objects.bulk_create(rows, batch_size=500)[0]


def _instructors(root: PartyOrganisation, firms: list[Body]) -> None:
    Instructor.objects.bulk_create(
        [Instructor(firm=firm, sent_by=root, name="–", from_on=BEGAN) for firm in firms]
    )


def _grids(root: PartyOrganisation, communities: list[Place]) -> None:
    grids = Grid.objects.bulk_create(
        [
            Grid(kind=GridKind.SMALL, code=f"{DISTRICT}G{n:04d}", name=f"{n}", community=place)
            for n in range(GRIDS)
            for place in [communities[n % len(communities)]]
        ],
        batch_size=500,
    )
    root.grids.add(*grids[:COVERED_GRIDS])


def _committees(estates: list[Place]) -> None:
    on = today()
    until = on + timedelta(days=1000)
    bodies = _bodies(BodyKind.OWNERS_COMMITTEE, estates, "C")
    committees = Committee.objects.bulk_create(
        [
            Committee(
                body=body, state=CommitteeState.FILED, term_from_on=BEGAN, term_until_on=until
            )
            for body in bodies
        ],
        batch_size=500,
    )
    facts = {"term_from_on": BEGAN.isoformat(), "term_until_on": until.isoformat()}
    CommitteeStep.objects.bulk_create(
        [
            CommitteeStep(
                committee=found, step=Step.TAKEN_OVER, on=BEGAN, facts=facts, entered_at=now()
            )
            for found in committees
        ],
        batch_size=500,
    )
    CommitteeMember.objects.bulk_create(
        [
            CommitteeMember(committee=found, name="–", party_member=n < PARTY_SEATS, from_on=BEGAN)
            for found in committees[:SEATED]
            for n in range(SEATS)
        ],
        batch_size=500,
    )


def _keeper(district: Place) -> User:
    keeper = person("tai-an")
    office = Body.objects.create(
        kind=BodyKind.DISTRICT_OFFICE, code=f"{DISTRICT}-O1", name="住建局", place=district
    )
    Appointment.objects.create(
        user=keeper, office=Office.DISTRICT_OFFICER, body=office, from_on=BEGAN
    )
    return keeper
