"""Orders that stand somewhere right now, so that everybody's first screen is alive."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from complaints.workflow import Kind, Verb
from governance.demo.county import Home
from governance.demo.plans import Fate, Plan, Planner

# At the first estate: hours ago, about what, how far it has come.
STORY: tuple[tuple[float, str, Verb], ...] = (
    (0.4, "0404", Verb.REPORT),
    (2.3, "0502", Verb.REPORT),
    (4.1, "0701", Verb.REPORT),
    (0.15, "0403", Verb.REPORT),
    (1.1, "0207", Verb.DISPATCH),
    (3.4, "0501", Verb.DISPATCH),
    (2.2, "0206", Verb.ACCEPT),
    (19.0, "0601", Verb.ATTEND),
    (8.0, "0104", Verb.HANDLE),
    (29.0, "0506", Verb.ANSWER),
    (1.6, "0803", Verb.INSPECT),
)
# For every other community's desk, every firm and every department.
DESK: tuple[tuple[float, Verb], ...] = ((0.7, Verb.REPORT), (2.6, Verb.REPORT), (6.0, Verb.HANDLE))
FIRM_TOPICS = ("0207", "0501", "0206", "0601", "0104", "0502", "0504", "0701")
DESK_TOPICS = ("0404", "0801", "0502", "0802", "0602", "0803", "0701")
# One of each department's own matters.
DEPARTMENT_TOPICS = ("1004", "0706", "0405", "0203", "0505", "0301")


FATED = frozenset({Verb.REFUSE, Verb.WITHDRAW, Verb.REFER_UP, Verb.REDISPATCH})


def showcase(planner: Planner, most: int) -> list[Plan]:
    """At most so many plans, the ones that show every status first."""
    plans = [*_endings(planner), *_story(planner)]
    rest = [*_departments(planner), *_firms(planner), *_desks(planner), *_above(planner)]
    plans += rest[: max(0, most - len(plans))]
    for plan in plans:
        plan.fate = plan.fate if plan.hold in FATED else Fate.PLAIN
    return plans


def _plan(planner: Planner, home: Home, hours: float, code: str, hold: Verb) -> Plan:
    at: datetime = planner.end - timedelta(hours=hours * planner.chance.uniform(0.92, 1.08))
    plan = planner.reported(at, home, code, anonymous=True)
    near = [r for r in planner.people.residents if r.home is home]
    if near and planner.chance.happens(0.8):
        resident = planner.chance.choice(near)
        plan.by, plan.dwelling = resident.user, resident.dwelling
        plan.name, plan.phone = resident.user.name, resident.user.phone or ""
    plan.home, plan.kind, plan.hold, plan.confidential = home, Kind.COMPLAINT, hold, False
    return plan


def _endings(planner: Planner) -> Iterator[Plan]:
    """One in each status that the plain way does not show."""
    home = planner.county.homes[0]
    closed = _plan(planner, home, 30, "0504", Verb.RATE)
    closed.verdict = True
    yield closed
    unsolved = _plan(planner, home, 50, "0808", Verb.RATE)
    unsolved.verdict = False
    yield unsolved
    refused = _plan(planner, home, 26, "0806", Verb.REFUSE)
    refused.fate = Fate.REFUSED
    yield refused
    withdrawn = _plan(planner, home, 7, "0701", Verb.WITHDRAW)
    withdrawn.fate = Fate.WITHDRAWN
    yield withdrawn
    original = _plan(planner, home, 5, "0205", Verb.ACCEPT)
    yield original
    double = planner.double(original)
    double.hold = Verb.MERGE
    yield double
    accusation = planner.reported(planner.end - timedelta(hours=1.2), home, "1601")
    accusation.hold = Verb.REPORT
    yield accusation
    secret = _plan(planner, home, 1.9, "1003", Verb.REPORT)
    secret.confidential = True
    yield secret


def _story(planner: Planner) -> Iterator[Plan]:
    for hours, code, hold in STORY:
        yield _plan(planner, planner.county.homes[0], hours, code, hold)


def _departments(planner: Planner) -> Iterator[Plan]:
    for number, code in enumerate(DEPARTMENT_TOPICS):
        home = planner.county.homes[number % len(planner.county.homes)]
        yield _plan(planner, home, 0.5 + number * 0.5, code, Verb.DISPATCH)
    passed_on = _plan(planner, planner.county.homes[0], 1.4, "0402", Verb.REDISPATCH)
    passed_on.fate = Fate.REDISPATCHED
    yield passed_on


def _firms(planner: Planner) -> Iterator[Plan]:
    """Two orders a firm; the slow ones have let theirs become late."""
    served = {home.firm.pk: home for home in reversed(planner.county.homes) if home.firm}
    for number, home in enumerate(served.values()):
        late = home.character in {"slow", "poor"}
        code = FIRM_TOPICS[number % len(FIRM_TOPICS)]
        yield _plan(planner, home, 6.5 if late else 1.3, code, Verb.DISPATCH)
        code = FIRM_TOPICS[(number + 3) % len(FIRM_TOPICS)]
        yield _plan(planner, home, 30 if late else 2.6, code, Verb.ACCEPT)


def _desks(planner: Planner) -> Iterator[Plan]:
    first = {home.community.pk: home for home in reversed(planner.county.homes)}
    for number, home in enumerate(first.values()):
        for turn, (hours, hold) in enumerate(DESK):
            code = DESK_TOPICS[(number + turn) % len(DESK_TOPICS)]
            yield _plan(planner, home, hours * (1 + number * 0.05), code, hold)


def _above(planner: Planner) -> Iterator[Plan]:
    """Referred up to each subdistrict."""
    for home in planner.county.homes[4::9]:
        plan = _plan(planner, home, 2.0, "0901", Verb.REFER_UP)
        plan.fate = Fate.REFERRED_UP
        yield plan
