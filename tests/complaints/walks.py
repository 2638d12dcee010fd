"""Ways through an order's life. Every status is reached by the verbs, never by setting a column."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from accounts.actors import CLOCK, Actor
from accounts.models import User
from common.now import today
from communities.actions import appoint
from communities.models import Body, Office, PlaceKind
from complaints import actions
from complaints.models import Breach, Category, Complaint, Event, Photo, Rating, Statement
from complaints.workflow import Status, Verb
from notifications.models import Notification
from tests import factories
from tests.factories import County

People = dict[str, User]

# Leaves of the catalogue by what makes them matter here.
NORMAL = "0101"  # a leaking roof, the firm's
URGENT = "0102"  # something that may fall on somebody
LONG = "0106"  # a warranty defect
BYPASS = "1601"  # an accusation against the community's own people


def category(code: str = NORMAL) -> Category:
    return Category.objects.get(code=code)


def fresh(user: User) -> User:
    """The same person as a new request would meet them: offices are remembered on the object."""
    return User.objects.get(pk=user.pk)


def again(order: Complaint) -> Complaint:
    """The order as the database has it now."""
    return Complaint.objects.whole().get(pk=order.pk)


def report(county: County, people: People, **kw: Any) -> Complaint:
    """A report of the resident's about the first building, unless said otherwise.

    `category` may be a code; `estate` other than the resident's has no building unless given.
    """
    kw.setdefault("by", people["resident"])
    kw.setdefault("description", "三楼楼道的灯不亮了")
    kw["category"] = category(kw.pop("category", NORMAL))
    if "estate" not in kw:
        kw.setdefault("building", county.building)
        kw["estate"] = county.estate
    return actions.report(**kw)


def desk_of(order: Complaint, county: County, people: People) -> User:
    """Who sits at the order's desk today."""
    if order.desk.kind == PlaceKind.COMMUNITY:
        far = order.desk_id == county.far_community.pk
        return people["far_dispatcher" if far else "dispatcher"]
    return people["subdistrict" if order.desk.kind == PlaceKind.SUBDISTRICT else "district"]


def handler_of(order: Complaint, county: County, people: People) -> User:
    """Who acts for the body that has the order."""
    assert order.handler is not None
    names = {
        county.firm.pk: "manager",
        county.rival.pk: "rival",
        county.fire.pk: "fire",
        county.community_office.pk: "dispatcher",
    }
    return people[names[order.handler.pk]]


def handler_for(order: Complaint, county: County) -> Body:
    """A body that may have the order: the firm in force, or the community where there is none."""
    if order.estate_id == county.estate.pk:
        return county.firm
    return county.community_office if order.estate_id == county.unserved.pk else county.rival


def reporter_of(order: Complaint, county: County, people: People) -> User:
    """Whose report it is."""
    assert order.reporter_id is not None, "name the reporter of an order without an account"
    return next(user for user in people.values() if user.pk == order.reporter_id)


Who = Callable[[Complaint, County, People], Actor]
Words = Callable[[Complaint, County, People], dict[str, Any]]


# How each verb is done when nothing special is wanted of it: by whom, and with what words.
def officer_above(order: Complaint, county: County, people: People) -> Actor:
    """The district's officer stands above every desk but the district's own."""
    return people["district"]


def observer_of(order: Complaint, _county: County, people: People) -> Actor:
    """A property observer of the order's estate, who joins the cast where there is none yet."""
    if "observer" not in people:
        people["observer"] = factories.person("observer", "施观察")
    seat = {"office": Office.OBSERVER, "place": order.estate}
    if not people["observer"].appointments.filter(**seat).exists():
        appoint(
            people["observer"],
            by=CLOCK,
            office=Office.OBSERVER,
            at=order.estate,
            from_on=factories.BEGINNING,
        )
    return people["observer"]


def asker_of(order: Complaint, county: County, people: People) -> Actor:
    """Whoever holds the order: its handler, or the desk where nobody handles it."""
    if order.status in {Status.DISPATCHED, Status.HANDLING}:
        return handler_of(order, county, people)
    return desk_of(order, county, people)


DOING: dict[Verb, tuple[Who, Words]] = {
    Verb.INSPECT: (desk_of, lambda *_: {"note": "灯座进水"}),
    Verb.DISPATCH: (
        desk_of,
        lambda order, county, _people: {"handler": handler_for(order, county)},
    ),
    Verb.REDISPATCH: (desk_of, lambda _order, county, _people: {"handler": county.fire}),
    Verb.ACCEPT: (handler_of, lambda *_: {}),
    Verb.RETURN_ORDER: (handler_of, lambda *_: {"reason": "not_ours", "note": "不在合同范围"}),
    Verb.ATTEND: (handler_of, lambda *_: {"note": "已断电，明天换灯座"}),
    Verb.HANDLE: (handler_of, lambda *_: {"outcome": "solved", "note": "灯座已更换"}),
    Verb.SEND_BACK: (
        desk_of,
        lambda order, county, _p: {"note": "灯还是不亮", **_named(order, county)},
    ),
    Verb.ANSWER: (desk_of, lambda *_: {"note": "灯已修好"}),
    Verb.ANSWER_DIRECTLY: (desk_of, lambda *_: {"note": "物业费每年公示一次"}),
    Verb.REFER_UP: (desk_of, lambda *_: {"note": "需要街道协调"}),
    Verb.RATE: (reporter_of, lambda *_: {"solved": True, "satisfaction": 4}),
    Verb.RECORD_CALLBACK: (desk_of, lambda *_: {"solved": True, "satisfaction": 4}),
    Verb.REOPEN: (reporter_of, lambda *_: {"reason": "又不亮了"}),
    Verb.REFUSE: (desk_of, lambda *_: {"reason": "outside", "note": "不属于本社区"}),
    Verb.MERGE: (desk_of, lambda order, county, people: {"into": twin(order, county, people)}),
    Verb.WITHDRAW: (reporter_of, lambda *_: {}),
    Verb.URGE: (reporter_of, lambda *_: {}),
    Verb.SUPPLEMENT: (reporter_of, lambda *_: {"note": "四楼也不亮"}),
    Verb.ADD_NOTE: (desk_of, lambda *_: {"note": "住户晚上在家"}),
    Verb.RECLASSIFY: (desk_of, lambda order, *_: {"category": _other(order), "note": "分类有误"}),
    Verb.ASK_EXTENSION: (asker_of, lambda *_: {**A_DAY, "note": "配件明天才到"}),
    Verb.GRANT_EXTENSION: (officer_above, lambda *_: {"note": "配件明天才到"}),
    Verb.REFUSE_EXTENSION: (officer_above, lambda *_: {"note": "请按时完成"}),
    Verb.ASK_SUSPENSION: (asker_of, lambda *_: {**_until_next_week(), "note": "等待业主表决"}),
    Verb.SUSPEND: (officer_above, lambda *_: {**_until_next_week(), "note": "等待业主表决"}),
    Verb.REFUSE_SUSPENSION: (officer_above, lambda *_: {"note": "不必等待"}),
    Verb.RESUME: (officer_above, lambda *_: {"note": "表决已通过"}),
    Verb.COUNTERSIGN: (observer_of, lambda *_: {"agrees": True}),
}
# What has to be done first by whoever does it usually: nobody grants what nobody asked for.
FIRST: dict[Verb, Verb] = {
    Verb.GRANT_EXTENSION: Verb.ASK_EXTENSION,
    Verb.REFUSE_EXTENSION: Verb.ASK_EXTENSION,
    Verb.REFUSE_SUSPENSION: Verb.ASK_SUSPENSION,
    Verb.RESUME: Verb.SUSPEND,
    Verb.COUNTERSIGN: Verb.INSPECT,
}
A_DAY: dict[str, Any] = {"amount": 1, "unit": "working_days"}


def _until_next_week() -> dict[str, Any]:
    return {"ground": "vote", "review_on": today() + timedelta(days=7)}


def _other(order: Complaint) -> Category:
    """Another category of no more and no less secrecy."""
    others = Category.objects.filter(
        parent__isnull=False, bypass_community=order.bypasses_community
    ).exclude(pk=order.category_id)
    found = others.first()
    assert found is not None
    return found


def _named(order: Complaint, county: County) -> dict[str, Body]:
    return {} if order.handler_id is not None else {"handler": handler_for(order, county)}


def do(verb: Verb | str, order: Complaint, county: County, people: People, **kw: Any) -> Complaint:
    """Do a verb by whoever does it usually, with usual words; `by` and words may be given."""
    who, words = DOING[Verb(verb)]
    by = kw.pop("by", None)
    if "into" not in kw:
        kw = {**words(order, county, people), **kw}
    actor = by or who(order, county, people)
    done: Complaint = getattr(actions, Verb(verb).value)(
        order, by=fresh(actor) if isinstance(actor, User) else actor, **kw
    )
    return done


def twin(order: Complaint, county: County, people: People) -> Complaint:
    """Another open order about the same place, for this one to be merged into."""
    return report(
        county,
        people,
        by=people["neighbour"],
        estate=order.estate,
        building=order.building,
        category=order.category.code,
    )


PATHS: dict[Status, tuple[Verb, ...]] = {
    Status.REPORTED: (),
    Status.DISPATCHED: (Verb.DISPATCH,),
    Status.HANDLING: (Verb.DISPATCH, Verb.ACCEPT),
    Status.HANDLED: (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE),
    Status.ANSWERED: (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE, Verb.ANSWER),
    Status.RECHECK: (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE, Verb.ANSWER, Verb.RATE),
    Status.CLOSED: (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE, Verb.ANSWER, Verb.RATE),
    Status.REFUSED: (Verb.REFUSE,),
    Status.MERGED: (Verb.MERGE,),
    Status.WITHDRAWN: (Verb.WITHDRAW,),
}


def complaint_at(
    status: Status,
    county: County,
    people: People,
    *,
    handler: Body | None = None,
    repairer: User | None = None,
    reporter: Actor | None = None,
    **kw: Any,
) -> Complaint:
    """An order that has come to this status by the shortest way.

    `handler` and `repairer` say who gets it, `reporter` who reports and rates; the rest goes to
    the report.
    """
    if reporter is not None:
        kw.setdefault("by", reporter)
    order = report(county, people, **kw)
    for verb in PATHS[status]:
        words: dict[str, Any] = {}
        if verb == Verb.DISPATCH and order.status == Status.DISPATCHED:
            continue  # a repair went straight to the firm
        if verb == Verb.DISPATCH and handler is not None:
            words = {"handler": handler}
        elif verb == Verb.ACCEPT and repairer is not None:
            words = {"repairer": repairer}
        elif verb == Verb.RATE and status == Status.RECHECK:
            words = {"solved": False, "satisfaction": 2}
        if reporter is not None and verb in {Verb.RATE, Verb.WITHDRAW}:
            words["by"] = reporter
        order = do(verb, order, county, people, **words)
    assert order.status == status, f"the way to {status} ends at {order.status}"
    return again(order)


def unsolved(order: Complaint, county: County, people: People) -> Complaint:
    """Answer and rate once more "not solved": from handled or recheck to recheck."""
    order = do(Verb.ANSWER, order, county, people)
    return do(Verb.RATE, order, county, people, solved=False, satisfaction=1)


def everything(order: Complaint) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that belongs to an order, and every notice there is: to see that none changed."""
    mine = {"complaint_id": order.pk}
    return {
        "order": list(Complaint.objects.filter(pk=order.pk).values_list()),
        "deadlines": list(order.deadlines.order_by("pk").values_list()),
        "breaches": list(
            Breach.objects.filter(deadline__complaint=order).order_by("pk").values_list()
        ),
        "events": list(Event.objects.filter(**mine).order_by("pk").values_list()),
        "statements": list(Statement.objects.filter(**mine).order_by("pk").values_list()),
        "photos": list(Photo.objects.order_by("pk").values_list()),
        "ratings": list(Rating.objects.filter(**mine).order_by("pk").values_list()),
        "notices": list(Notification.objects.order_by("pk").values_list()),
    }


class untouched:
    """Asserts that a refusal left status, events, deadlines, words and notices as they were."""

    def __init__(self, *orders: Complaint) -> None:
        self._orders = orders

    def __enter__(self) -> None:
        self._before = [everything(order) for order in self._orders]

    def __exit__(self, *_raised: object) -> None:
        for order, before in zip(self._orders, self._before, strict=True):
            for what, rows in everything(order).items():
                assert rows == before[what], f"the refusal changed {what} of {order}"


def close_unrated(order: Complaint) -> None:
    """What the sweep does when the rating window is over."""
    from complaints.actions._step import take

    take(order, Verb.CLOSE_UNRATED, by=CLOCK)
