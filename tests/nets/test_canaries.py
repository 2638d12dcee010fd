"""The canaries: a name, a number and a dwelling, planted in orders, searched for byte for byte.

Everybody who must not know walks every route and link there is for them, pages and API, headers
and all. The walk is worth something only if it can find a canary, so it is also sent to those who
may know.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core import mail
from django.urls import reverse

from accounts.actors import Reporter
from accounts.models import User
from common.codes import digest
from common.now import now
from complaints import actions
from complaints.models import Complaint
from complaints.workflow import Source, Status, Verb
from notifications.actions import deliver_pending
from tests.complaints.slips import replied
from tests.complaints.walks import BYPASS, complaint_at, do, report
from tests.factories import County
from tests.nets.routes import Route, routes
from tests.nets.visitors import (
    EVERY_VERB,
    NOBODY,
    Answer,
    Visitor,
    holder,
    undone,
    visitors,
    with_photo,
)

pytestmark = pytest.mark.django_db
People = dict[str, User]
# Links that end the walk, or that are not the portal's own pages.
NOT_FOLLOWED = re.compile(
    r"/(static|account/sign-out|language|api/schema|api/docs|stylebook)/?"
    # The register knows no order. It names every entrance there is, and has a hundred pages about
    # each place and person: its lists are looked at, what they lead to is not.
    r"|/(places|grids|bodies|people)/|/register/(keep|appoint|invite|ledgers|plans|search)/"
    r"|/indicators/.+"
)
# A list has a hundred filters and orders of rows; a few of each are enough.
MOST_WAYS = 3


@dataclass(frozen=True)
class Canary:
    """What one reporter told of themselves. None of it occurs anywhere else."""

    name: str
    phone: str
    dwelling: str

    def words(self) -> dict[str, Any]:
        return {
            "contact_name": self.name,
            "contact_phone": self.phone,
            "dwelling": self.dwelling,
        }

    def heard_in(self, text: str) -> list[str]:
        """Those of the words that occur, written plainly, escaped or in a link."""
        return [
            word
            for word in (self.name, self.phone, self.dwelling)
            for way in (word, quote(word), json.dumps(word).strip('"'))
            if way in text
        ]


def canary(number: int) -> Canary:
    return Canary(f"金丝雀{number}号", f"1397777{number:04d}", f"鸟笼{number}栋{number}0702")


SPOT = "三楼鸟笼东侧第七盏"
ENTRANCE = "隐秘单元"
SOMEBODY_ELSES = "Q7M2-P9QX-3RTV-8WYZ-4B6D-HJNC-F0E2"


@dataclass
class Aviary:
    """The orders with their canaries, and what else may name whoever reported them."""

    planted: dict[str, tuple[Complaint, Canary]] = field(default_factory=dict)

    def plant(self, name: str, order: Complaint, told: Canary) -> None:
        self.planted[name] = (order, told)

    def orders(self) -> list[Complaint]:
        return [order for order, _canary in self.planted.values()]

    def heard_in(self, text: str) -> list[str]:
        return [
            f"{name}: {word}"
            for name, (_order, told) in self.planted.items()
            for word in told.heard_in(text)
        ]


@pytest.fixture
def aviary(county: County, people: People) -> Aviary:
    """Orders of every kind that somebody might look into, each with a canary of its own."""
    county.entrance.name = ENTRANCE
    county.entrance.save()
    made = Aviary()
    resident = people["resident"]
    order, _photo = with_photo(county, people, resident, **canary(1).words())
    made.plant("with the repairer", order, canary(1))
    order, _photo = with_photo(
        county,
        people,
        resident,
        confidential=True,
        spot=SPOT,
        entrance=county.entrance,
        **canary(2).words(),
    )
    actions.supplement(order, by=resident, note="请尽快")
    made.plant("confidential, with the firm", order, canary(2))
    made.plant("reported", report(county, people, **canary(3).words()), canary(3))
    order = complaint_at(Status.RECHECK, county, people, handler=county.fire, **canary(4).words())
    actions.reveal_contact(order, by=people["dispatcher"], reason="核实情况")
    made.plant("rechecked, of the department", order, canary(4))
    order = report(
        county, people, by=people["dispatcher"], source=Source.PHONE, **canary(5).words()
    )
    order = do(Verb.DISPATCH, order, county, people)
    made.plant("by telephone", order, canary(5))
    order = complaint_at(
        Status.CLOSED,
        county,
        people,
        reporter=Reporter(digest(SOMEBODY_ELSES)),
        **canary(6).words(),
    )
    made.plant("closed, by a secret", order, canary(6))
    made.plant(
        "against the community",
        report(county, people, category=BYPASS, **canary(7).words()),
        canary(7),
    )
    merged = report(county, people, **canary(8).words())
    actions.merge(merged, by=people["dispatcher"], into=made.planted["by telephone"][0])
    made.plant("merged", merged, canary(8))
    # Sheets that the firm answers and an auditor reads.
    sheet = [made.planted[name][0] for name in ("with the repairer", "confidential, with the firm")]
    replied(county, people, orders=sheet)
    User.objects.filter(pk=people["manager"].pk).update(
        email="manager@example.org", email_confirmed_at=now()
    )
    for _ in range(2):
        deliver_pending()
    return made


# --- The walk ----------------------------------------------------------------------------


def gaps_of(order: Complaint) -> dict[str, list[object]]:
    """What an address about this order may be filled with."""
    return {
        "reference": [order.reference],
        "public_id": list(order.photos.values_list("public_id", flat=True)),
        "verb": [verb.value for verb in EVERY_VERB],
        "step": ["where", "check"],
        "size": ["thumb"],
        "code": [order.estate.code],
    }


def addresses(route: Route, gaps: dict[str, list[object]]) -> Iterator[str]:
    """Every address of a route, filled in all ways."""
    filled: list[dict[str, object]] = [{}]
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    # About something that the register keeps or that is assessed, not about an order.
    if not set(names) <= set(gaps) or route.name.startswith("ratings:"):
        return
    for gap in names:
        filled = [{**words, gap: word} for words in filled for word in gaps[gap]]
    for words in filled:
        yield reverse(route.name, kwargs=words)


def links(answer: Answer) -> Iterator[str]:
    """Where an answer leads: links, pictures, addresses in JSON, and a redirect."""
    text = answer.body.decode("utf-8", errors="replace")
    found = re.findall(r'(?:href|src|action|hx-get|data-[a-z-]*url)="([^"]+)"', text)
    found += re.findall(r'"((?:https?://testserver)?/[^"\s]*)"', text)
    for address in [*found, answer.headers.get("Location", "")]:
        parts = urlsplit(address.replace("&amp;", "&"))
        if parts.netloc in {"", "testserver"} and (parts.path.startswith("/") or parts.query):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_about_verbs(route: Route) -> bool:
    return route.name == "complaints:verb" or route.name.startswith("api:order_")


def about(visitor: Visitor, orders: Iterable[Complaint]) -> Iterator[tuple[str, str]]:
    """Method and address of every route about these orders.

    The routes of the verbs are asked for the first of them that can be seen: the next has the
    same forms, and what cannot be seen is 404 to the matrix already.
    """
    verbs_asked = False
    for order in orders:
        page = reverse("complaints:detail", args=[order.reference])
        with_verbs = not verbs_asked and visitor.knock("get", page).code == 200
        verbs_asked = verbs_asked or with_verbs
        gaps = gaps_of(order)
        for route in routes():
            if not re.search(r"reference>|public_id>", route.path):
                continue
            if is_about_verbs(route) and not with_verbs:
                continue
            methods = ["post"] if route.name.startswith("api:order_") else ["get"]
            methods = ["get", "post"] if route.name == "complaints:verb" else methods
            for address in addresses(route, gaps):
                yield from ((method, address) for method in methods)


def walk(visitor: Visitor, orders: Iterable[Complaint]) -> Iterator[tuple[str, Answer]]:
    """Everything this visitor can fetch: every route about every order, and every link found."""
    waiting = list(about(visitor, orders))
    waiting += [("get", reverse(route.name)) for route in routes() if "<" not in route.path]
    known = set(waiting)
    ways: Counter[str] = Counter()
    for method, address in waiting:
        path = address.split("?")[0]
        ways[path] += method == "get"
        if NOT_FOLLOWED.match(address) or ways[path] > MOST_WAYS:
            continue
        if method == "get":
            answer = visitor.knock(method, address)
        else:
            with undone():
                answer = visitor.knock(method, address)
        yield f"{method} {address}", answer
        for link in links(answer):
            step = ("get", f"{path}{link}" if link.startswith("?") else link)
            if step not in known:
                known.add(step)
                waiting.append(step)


def said(answer: Answer) -> str:
    """Body and headers, as text."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return head + "\n" + answer.body.decode("utf-8", errors="replace")


# The firm, its repairer, the manager who is also a grid worker, the department, neighbours, those
# who only watch, and everybody elsewhere. Several to an aviary: it takes longer than a walk.
MUST_NOT_KNOW = (
    ("manager", "repairer", "rival"),
    ("manager_grid", "fire", "neighbour"),
    ("committee", "auditor", "administrator"),
)


@pytest.mark.parametrize("several", MUST_NOT_KNOW, ids=" ".join)
def test_no_canary_reaches_whoever_must_not_know(
    several: tuple[str, ...], aviary: Aviary, people: People
) -> None:
    """Nor which account reported, nor where exactly a confidential trouble is."""
    resident = people["resident"]
    confidential = aviary.planted["confidential, with the firm"][0]
    hidden = [resident.name, str(resident.phone), str(resident.public_id), SPOT, ENTRANCE]
    hidden.append(confidential.place_code)
    everybody = visitors({who: people[who] for who in several}, each_known=True)
    for who in several:
        seen = 0
        sheets = set()
        for address, answer in walk(everybody[who], aviary.orders()):
            text = said(answer)
            assert not aviary.heard_in(text), f"{who}: {address}"
            assert not [word for word in hidden if word in text], f"{who}: {address}"
            seen += answer.code == 200
            sheets |= {address} if "/supervision/" in address and "sheet" in address else set()
        assert seen > 10, f"{who}: a walk that sees nothing proves nothing"
        assert bool(sheets) == (who in {"manager", "manager_grid", "auditor"}), who


def test_no_canary_reaches_nobody(aviary: Aviary) -> None:
    for address, answer in walk(visitors({})[NOBODY], aviary.orders()):
        assert not aviary.heard_in(said(answer)), address


def test_no_canary_reaches_the_holder_of_another_orders_secret(
    aviary: Aviary, county: County, people: People
) -> None:
    own = report(county, people, by=holder())
    visitor = visitors({}, own)["secret"]
    codes = set()
    for address, answer in walk(visitor, [*aviary.orders(), own]):
        assert not aviary.heard_in(said(answer)), address
        codes.add((address.endswith(f"/{own.reference}/"), answer.code))
    assert (True, 200) in codes, "they see their own"


def test_staff_see_no_more_of_a_number_than_its_mask(aviary: Aviary, people: People) -> None:
    """The desk may ask for a number, with a reason; no page holds one before that."""
    visitor = visitors({"dispatcher": people["dispatcher"]}, each_known=True)["dispatcher"]
    masks = 0
    for address, answer in walk(visitor, aviary.orders()):
        assert not aviary.heard_in(said(answer)), address
        masks += "139****0003" in said(answer)
    assert masks > 1


def test_the_reporter_meets_their_own_canary_and_no_other(aviary: Aviary, people: People) -> None:
    """If this walk heard nothing, the others would prove nothing."""
    visitor = visitors({"resident": people["resident"]}, each_known=True)["resident"]
    heard = set()
    for _address, answer in walk(visitor, aviary.orders()):
        heard |= {word.split(":")[0] for word in aviary.heard_in(said(answer))}
    own = {"with the repairer", "confidential, with the firm", "reported", "merged"}
    own |= {"rechecked, of the department", "against the community"}
    assert heard == own


def test_the_desk_is_shown_a_number_for_a_reason_and_only_that_one(
    aviary: Aviary, people: People
) -> None:
    order, told = aviary.planted["reported"]
    visitor = visitors({"dispatcher": people["dispatcher"]})["dispatcher"]
    address = reverse("complaints:reveal", args=[order.reference])
    answer = visitor.knock("post", address, {"reason": "上门前联系"})
    heard = set(aviary.heard_in(said(answer)))
    assert {f"reported: {told.name}", f"reported: {told.phone}"} <= heard
    assert {word.split(":")[0] for word in heard} == {"reported"}
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("who", ["manager", "committee", "dispatcher"])
def test_nobody_finds_a_reporter_by_searching_for_them(
    who: str, aviary: Aviary, people: People
) -> None:
    visitor = visitors({who: people[who]})[who]
    lists = ["/orders/all/", "/orders/ours/", "/orders/queue/", "/api/v1/complaints/"]
    _order, told = aviary.planted["with the repairer"]
    for path in lists:
        for word in (told.name, told.phone, told.dwelling):
            answer = visitor.knock("get", f"{path}?search={quote(word)}")
            text = said(answer).replace(word, "").replace(quote(word), "")
            assert not [o for o in aviary.orders() if o.reference in text], path


def test_letters_and_notices_hold_no_canary(aviary: Aviary) -> None:
    assert mail.outbox
    for letter in mail.outbox:
        assert not aviary.heard_in(f"{letter.subject}\n{letter.body}\n{letter.extra_headers}")
