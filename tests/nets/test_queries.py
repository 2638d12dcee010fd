"""The query table: how often each page, list and verb asks the database, whatever there is in it.

Not counted: savepoints, the session and who is signed in. Every page is asked for twice, with ten
orders there and with a thousand; a difference is a query per row somewhere.

`QUERIES=write pytest tests/nets/test_queries.py` writes the table anew; read the difference.
"""

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from communities.scope import standing_of
from complaints import actions
from complaints.models import Complaint
from complaints.supervision import State, SupervisionVerb
from complaints.workflow import Status, Verb
from notifications.actions import deliver_pending
from tests.complaints.slips import slip_at, supervised
from tests.complaints.walks import DOING, FIRST, again, complaint_at, do, fresh, report
from tests.factories import County, invited, shift
from tests.moments import Pretended
from tests.nets.crowd import crowd
from tests.nets.kept import registered
from tests.nets.routes import routes
from tests.nets.subjects import Subject, addresses
from tests.nets.visitors import EVERY_VERB, Visitor, undone, visitors, with_photo

TABLE = Path(__file__).with_name("queries.txt")
MATRIX = Path(__file__).with_name("matrix.txt")
HEAD = """\
# How often the database is asked, the same with ten orders as with a thousand. Without savepoints,
# session and user, for a verb also without the offices of whoever acts, which its door has read.
# At most 12 for a verb and 10 for a page or list of many rows.
"""
MOST_OF_A_VERB = 12
MOST_OF_A_LIST = 10
# Pages that show one order whole, or many figures at once.
NO_LIST = frozenset(
    {
        "complaints:detail",
        "complaints:deadlines",
        "complaints:verb",
        "api:order",
        "api:deadlines",
        "supervision:detail",
        "supervision:sheet",
        "supervision:verb",
        "api:supervision",
        # Of any number of orders at once, each with an event and a notice.
        "supervise",
        "overview",
        "health",
        "indicators",
        "indicators_export",
        "indicator",
        "api:indicators",
        "api:indicator",
        # One place, body, grid or person with all that belongs to it.
        "communities:place",
        "communities:body",
        "communities:grid",
        "communities:grid_check",
        "communities:person",
        "communities:interests",
        "api:estate_page",
        "api:person",
        "api:party_organisation",
        # One sheet, score, deduction or listing with all that belongs to it.
        "ratings:assessment",
        "ratings:deed",
        "ratings:card_correct",
        "ratings:card_sheet",
        "ratings:card_sheet_correct",
        "ratings:firm",
        "ratings:credit_record",
        "api:credit_record",
        "ratings:listing",
        "ratings:listing_interview",
        "ratings:listing_notice",
        "ratings:listing_object",
        "ratings:public_listing",
        "api:listing",
        "ratings:poll",
        "api:poll",
        "ratings:poll_open",
        "ratings:poll_slips",
        "ratings:poll_slip",
        "ratings:poll_close",
        "ratings:poll_site",
        "ratings:rectification",
        "ratings:draft_effect",
        "api:scheme_simulation",
        "api:assessment",
        "api:firm_record",
    }
)
People = dict[str, User]
pytestmark = pytest.mark.django_db

# Who looks at a page that is not the desk's.
READERS: dict[str, tuple[str, ...]] = {
    "front": ("nobody", "resident"),
    "overview": ("subdistrict", "district"),
    "outbox": ("district",),
    "api:outbox": ("district",),
    "indicators": ("nobody", "district"),
    "indicator": ("nobody", "district"),
    "indicator_rows": ("nobody", "district"),
    "groups": ("subdistrict",),
    "health": ("district",),
    "accounts:sign_in": ("nobody",),
    "accounts:register": ("nobody",),
    "accounts:preferences": ("resident",),
    "accounts:phone": ("resident",),
    "accounts:email": ("resident",),
    "notifications:wishes": ("dispatcher",),
    "communities:calendar_edit": ("district",),
    "rules:promises": ("nobody",),
    "rules:promises_of": ("nobody",),
    "rules:rules": ("dispatcher", "district"),
    "rules:rule": ("dispatcher", "district"),
    "rules:category": ("district",),
    "rules:hours": ("district",),
    "rules:presets": ("district",),
    "rules:preset": ("district",),
    "communities:duty": ("dispatcher", "district"),
    "ratings:deed": ("subdistrict",),
    "notifications:list": ("dispatcher", "resident"),
    "complaints:mine": ("resident",),
    "complaints:claim": ("resident",),
    "complaints:queue": ("dispatcher", "grid_worker", "subdistrict"),
    "complaints:orders": ("manager", "repairer", "fire"),
    "complaints:all": ("dispatcher", "manager", "auditor", "district"),
    "complaints:detail": ("resident", "dispatcher", "grid_worker", "manager", "district"),
    "complaints:deadlines": ("resident", "manager"),
    "complaints:verb": ("manager",),
    "supervision:list": ("subdistrict", "manager", "auditor"),
    "supervision:new": ("subdistrict",),
    "supervision:detail": ("subdistrict", "manager"),
    "supervision:sheet": ("manager",),
    "supervision:verb": ("subdistrict", "manager"),
    "api:supervisions": ("subdistrict", "manager"),
    "api:supervision": ("subdistrict", "manager"),
    "api:orders": ("resident", "dispatcher", "manager", "district"),
    "api:order": ("resident", "dispatcher", "manager"),
}
NOT_COUNTED = re.compile(
    r"^(SAVEPOINT|RELEASE|ROLLBACK)|django_session"
    r"|FROM \"accounts_user\" WHERE \"accounts_user\"\.\"id\" = \S+ LIMIT 21"
)


def asked(action: Callable[[], Any]) -> int:
    """How many queries count."""
    with CaptureQueriesContext(connection) as queries:
        action()
    return len([q for q in queries.captured_queries if not NOT_COUNTED.search(q["sql"])])


# --- Ten orders, and a thousand ----------------------------------------------------------


def some_orders(county: County, people: People, clock: Pretended) -> Complaint:
    """Ten orders in every state of life, some late; the one that is looked at is returned."""
    for status in Status:
        complaint_at(status, county, people, repairer=people["repairer"])
        clock.forward(minutes=20)
    complaint_at(Status.DISPATCHED, county, people, handler=county.fire)
    supervised(county, people, list(Complaint.objects.filter(status=Status.HANDLING)[:1]))
    order, _photo = with_photo(county, people, people["resident"])
    deliver_pending()
    return again(order)


# --- What is measured --------------------------------------------------------------------


def pages(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Every page that answers somebody with 200, by the matrix; its address, and who is shown it.

    Of several offices the desk's, where the desk may.
    """
    table = re.findall(r"^GET +(\S+(?: \S+)?) {2,}(.*\b200\b.*)$", MATRIX.read_text("utf-8"), re.M)
    shown = dict(table)
    for route in routes():
        for name, address in addresses(route, subject):
            if name in shown:
                yield name, address, _reader(shown[name])


def _reader(row: str) -> str:
    """The dispatcher where they are among those with 200, else the first of them."""
    groups = [group.split() for group in row.split(" · ")]
    (welcome,) = (names for code, *names in groups if code == "200") if row[0] == "2" else ([],)
    others = {name for code, *names in groups for name in names if code not in {"200", "else"}}
    if not welcome or welcome == ["everybody"]:
        return "dispatcher" if "dispatcher" not in others else "district"
    return "dispatcher" if "dispatcher" in welcome else welcome[0]


def of_pages(
    everybody: dict[str, Visitor], shown: list[tuple[str, str, str]], *, warm: bool = False
) -> Iterator[tuple[str, int]]:
    """What each page asks once what is cached is cached; `warm`: it is already."""
    for name, address, first in shown:
        for reader in READERS.get(name.split()[0], (first,)):
            visitor = everybody[reader]
            if ":verb " in name and visitor.knock("get", address).code != 200:
                continue
            if not warm:
                assert visitor.knock("get", address).code == 200, (name, reader)
            yield f"{name} ({reader})", asked(partial(visitor.knock, "get", address))


# The order each verb is measured on.
STAGES: dict[Status, tuple[Verb, ...]] = {
    Status.REPORTED: (
        Verb.INSPECT,
        Verb.DISPATCH,
        Verb.ANSWER_DIRECTLY,
        Verb.REFER_UP,
        Verb.REFUSE,
        Verb.MERGE,
        Verb.WITHDRAW,
        Verb.URGE,
        Verb.SUPPLEMENT,
        Verb.ADD_NOTE,
        Verb.RECLASSIFY,
        Verb.COUNTERSIGN,
    ),
    Status.DISPATCHED: (Verb.ACCEPT, Verb.RETURN_ORDER, Verb.REDISPATCH),
    Status.HANDLING: (
        Verb.ATTEND,
        Verb.HANDLE,
        Verb.ASK_EXTENSION,
        Verb.GRANT_EXTENSION,
        Verb.REFUSE_EXTENSION,
        Verb.ASK_SUSPENSION,
        Verb.SUSPEND,
        Verb.REFUSE_SUSPENSION,
        Verb.RESUME,
    ),
    Status.HANDLED: (Verb.SEND_BACK, Verb.ANSWER),
    Status.ANSWERED: (Verb.RATE, Verb.RECORD_CALLBACK),
    Status.CLOSED: (Verb.REOPEN,),
}


def known(user: User) -> User:
    """Somebody whose offices were read already, as every door does before it calls a verb."""
    user = fresh(user)
    assert standing_of(user).acting_desk_ids is not None
    return user


def of_verbs(county: County, people: People) -> Iterator[tuple[str, int]]:
    with undone():
        reporter = known(people["resident"])
        yield "report", asked(lambda: report(county, people, by=reporter))
    for status, verbs in STAGES.items():
        for verb in verbs:
            with undone():
                cast = dict(people)  # whoever joins it is undone with the rest
                order = complaint_at(status, county, cast)
                if verb in FIRST:
                    order = do(FIRST[verb], order, county, cast)
                who, words = DOING[verb]
                usual = words(order, county, cast)
                by = known(who(order, county, cast))  # type: ignore[arg-type]
                act = partial(getattr(actions, verb.value), order, by=by, **usual)
                yield verb.value, asked(act)


# The state of the supervision order each of its verbs is measured on, and who does it.
SLIPS: dict[SupervisionVerb, tuple[State, str, dict[str, Any]]] = {
    SupervisionVerb.REPLY: (State.OPEN, "manager", {"note": "已完成"}),
    SupervisionVerb.CLOSE: (State.REPLIED, "subdistrict", {}),
    SupervisionVerb.SEND_BACK: (
        State.REPLIED,
        "subdistrict",
        {"note": "不够", "amount": 1, "unit": "working_days"},
    ),
    SupervisionVerb.CANCEL: (State.OPEN, "subdistrict", {"note": "另行安排"}),
}


def of_slips(county: County, people: People) -> Iterator[tuple[str, int]]:
    """Opening one on two orders, and what may be done to one about two."""
    with undone():
        orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
        by = known(people["subdistrict"])
        words: dict[str, Any] = {"subject": "楼道灯", "demand": "请修复", "amount": 1}
        words["unit"] = "working_days"
        act = partial(actions.supervise, orders, by=by, to=county.firm, **words)
        yield "supervise", asked(act)
    for verb, (state, name, said) in SLIPS.items():
        with undone():
            orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
            slip = slip_at(state, county, people, orders=orders)
            do_it = partial(getattr(actions, verb.value), slip, by=known(people[name]), **said)
            yield verb.value, asked(do_it)


def test_every_verb_is_measured() -> None:
    assert {SupervisionVerb.SUPERVISE, *SLIPS} == set(SupervisionVerb)
    measured = {verb for verbs in STAGES.values() for verb in verbs}
    assert measured == set(EVERY_VERB)


def test_the_database_is_asked_as_often_as_the_table_says(
    county: County, people: People, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether the clock runs is read once in 15 seconds, not once a page: remembered all the while.
    monkeypatch.setattr("governance.health.monotonic", lambda: 0.0)
    # What a list of categories remembers is not forgotten because the machine is busy.
    monkeypatch.setattr("complaints.forms.lists.REMEMBERED", None)
    order = some_orders(county, people, clock)
    clock.stop()  # the database's own clock is asked, too
    shift(county, people["dispatcher"])
    invited(county, people["dispatcher"])
    shown = list(pages(Subject(order, order.photos.all()[0], county, registered(county))))
    everybody = visitors(people)
    found = dict(
        [*of_verbs(county, people), *of_slips(county, people), *of_pages(everybody, shown)]
    )
    crowd(county)
    assert Complaint.objects.count() > 900
    once_more = of_pages(everybody, shown, warm=True)
    full = dict([*of_verbs(county, people), *of_slips(county, people), *once_more])
    grown = {name: (count, full[name]) for name, count in found.items() if full[name] != count}
    assert not grown, f"asked more often of a thousand orders than of ten: {grown}"
    if os.environ.get("QUERIES") == "write":
        width = max(map(len, found))
        lines = [f"{name:{width}}  {count}" for name, count in found.items()]
        TABLE.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    written = re.findall(r"^([^#\n].*?) {2,}(\d+)$", TABLE.read_text("utf-8"), re.M)
    table = {name: int(count) for name, count in written}
    assert found == table


@pytest.mark.parametrize("kind", ["verb", "list"])
def test_the_table_keeps_the_bars(kind: str) -> None:
    written = re.findall(r"^([^#\n].*?) {2,}(\d+)$", TABLE.read_text("utf-8"), re.M)
    most = MOST_OF_A_VERB if kind == "verb" else MOST_OF_A_LIST
    over = {
        name: int(count)
        for name, count in written
        if (name in {*Verb.values, *SupervisionVerb.values}) == (kind == "verb")
        and name.split()[0] not in NO_LIST
        and int(count) > most
    }
    assert over == {}
