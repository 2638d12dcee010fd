"""Every page of the portal: who sees it, and with which order. A route not named here is missed."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from communities.models import BodyKind, DutyShift, Place, PlaceKind
from complaints.permissions.supervision import (
    may_supervise,
    open_supervision_verbs,
    supervisions_visible_to,
)
from complaints.supervision import SupervisionVerb
from complaints.views._draft import STEPS
from complaints.workflow import Status
from scripts.shots_cast import PARTY_OF, Cast, Shot
from scripts.shots_credit import CREDIT
from scripts.shots_kept import KEEPING
from scripts.shots_ratings import RATINGS
from scripts.shots_register import REGISTER, Pages, all_of, seen_by
from scripts.shots_results import RESULTS
from scripts.shots_scores import SCORES

# Why these have no page of their own.
NO_PAGE = {
    "healthz": "plain text for machines",
    "readyz": "a few words for machines",
    "metrics": "figures for machines",
    "set_language": "only takes a choice",
    "accounts:sign_out": "only takes a press",
    "notifications:bell": "a part of every page",
    "notifications:read": "only takes a press",
    "outbox_retry": "only takes a press",
    "group_greet": "only takes a press",
    "group_disconnect": "only takes a press",
    "notifications:wechat": "leads to WeChat",
    "notifications:wechat_back": "leads on, back from WeChat",
    "complaints:photo": "a picture",
    "complaints:reveal": "only takes a reason",
    "communities:duty_repeat": "only takes a press",
    "communities:duty_stand_in": "only takes a press",
    "communities:duty_remove": "only takes a press",
    "communities:invitation_revoke": "only takes a press",
    "communities:join": "opens with a secret that only whoever is invited has",
    "communities:join_code": "only takes a press",
    "communities:import_confirm": "only takes a press",
    "communities:import_drop": "only takes a press",
    "communities:import_template": "a workbook",
    "communities:import_export": "a workbook",
    "communities:import_checked": "a workbook",
    "communities:sign": "a picture",
    "indicators_export": "a workbook",
    "ratings:draft_begin": "only takes a press",
    "ratings:begin": "only takes a press",
    "ratings:photo": "a picture",
    "ratings:photo_remove": "only takes a press",
    "ratings:rectification_deed": "the forms stand on the page of the rectification",
    "ratings:chain": "a file",
    "ratings:publication_text": "a file",
    "ratings:feed": "for readers of feeds",
    "ratings:feed_of_place": "for readers of feeds",
    "ratings:list_feed": "for readers of feeds",
    "ratings:listing_file": "a picture or a document",
    "ratings:listing_file_show": "only takes a press",
    "ratings:poll_slips": "its sheet is shown once, after a press",
    "ratings:poll_slip": "as the slips of all homes",
    "ratings:poll_answer": "opens with a code that only whoever was drawn has",
    "ratings:bulletin_file": "a file",
    "ratings:bulletin_take_anew": "only takes a press",
    "ratings:period_propose": "only takes a press",
    "ratings:recommendation_outcome": "the form stands on the page of the recommendation",
    "ratings:recommendation_withdraw": "the form stands on the page of the recommendation",
    "ratings:programme_workbook": "a workbook",
    "ratings:award_deed": "the forms stand on the page of the award",
    "ratings:credit_step": "the forms stand on the page of the record",
    "ratings:credit_settle": "only takes a press",
    "ratings:listing_step": "only takes a press",
    "ratings:listing_answer": "only takes a press",
    "ratings:listing_object": "the form stands on the page of the public notice",
    "ratings:veto_end": "one date, as the form of the vetoes asks for it",
}
FOR_PROGRAMS = "api/"


def questions(cast: Cast, route: str) -> Iterator[Shot]:
    """Each question of a report, the earlier ones answered."""
    key, session = cast.draft()
    for step in STEPS:
        for role in ("nobody", "resident") if step in {"you", "check"} else ("nobody",):
            yield from cast.shot(route, role, step, {"d": key}, session, step=step)
    for what, query in (
        ("where found", {"q": "苑"}),
        ("where not found", {"q": "没有这个小区"}),
        ("where list", {"under": ""}),
    ):
        yield from cast.shot(route, "nobody", what, {**query, "d": key}, session, step="where")
    for what, query in (("about group", {"group": "01"}), ("about found", {"q": "电梯"})):
        yield from cast.shot(route, "nobody", what, {**query, "d": key}, session, step="about")


def sent(cast: Cast, route: str) -> Iterator[Shot]:
    """What is said once a report is in."""
    for role in ("resident", "holder"):
        found = cast.order_at(role, Status.REPORTED)
        if found:
            order = found[0]
            session = cast.just_sent(order)
            yield from cast.shot(route, role, session=session, reference=order.reference)


def orders(cast: Cast, route: str) -> Iterator[Shot]:
    """An order in each status, for everybody who may see one."""
    for role in PARTY_OF:
        for status in Status:
            found = cast.order_at(role, status)
            if found:
                order = found[0]
                session = cast.secret_of(order) if role == "holder" else {}
                yield from cast.shot(
                    route, role, status.value, None, session, reference=order.reference
                )


def reckonings(cast: Cast, route: str) -> Iterator[Shot]:
    """How the deadlines of an order came about: one at work, and one that is over."""
    for role, status in (("resident", Status.CLOSED), ("manager", Status.HANDLING)):
        found = cast.order_at(role, status)
        if found:
            yield from cast.shot(route, role, status.value, reference=found[0].reference)


def forms(cast: Cast, route: str) -> Iterator[Shot]:
    """The form of each verb, for somebody who may do it now; and one for somebody who may not."""
    for verb, role, order in cast.verbs():
        session = cast.secret_of(order) if role == "holder" else {}
        yield from cast.shot(
            route, role, verb.value, None, session, reference=order.reference, verb=verb.value
        )
    found = cast.order_at("resident", Status.REPORTED)
    if found:
        yield from cast.shot(
            route, "resident", "refused", reference=found[0].reference, verb="accept"
        )


def years(cast: Cast, route: str) -> Iterator[Shot]:
    """A year with its notice, and one that still waits for it."""
    for role in ("nobody", "district"):
        for year in (2026, 2027):
            yield from cast.shot(route, role, str(year), year=str(year))


def notices(cast: Cast, route: str) -> Iterator[Shot]:
    """A notice to be entered, and one to be corrected."""
    for year in (2026, 2027):
        yield from cast.shot(route, "district", str(year), year=str(year))


def shifts(cast: Cast, route: str) -> Iterator[Shot]:
    """A shift to be changed, by whoever keeps the roster."""
    ahead = DutyShift.objects.filter(body__kind=BodyKind.DISTRICT_OFFICE).order_by("-until_at")
    if found := ahead.first():
        yield from cast.shot(route, "district", public_id=str(found.public_id))


def in_district(*roles: str, **words: str) -> Pages:
    """A page of the district's, seen by each of these."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        district = Place.objects.filter(kind=PlaceKind.DISTRICT).order_by("code").first()
        if district is None:
            return
        for role in roles:
            yield from cast.shot(route, role, "", None, None, place=district.code, **words)

    return pages


def slips(*roles: str, verb: SupervisionVerb | None = None) -> Pages:
    """A supervision order for each of these who may see one (and may do this verb on it)."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        for role in roles:
            user = cast.people.get(role)
            found = supervisions_visible_to(user).order_by("-round", "opened_at") if user else ()
            for slip in found:
                if user is None or (verb and verb not in open_supervision_verbs(user, slip)):
                    continue
                words: dict[str, Any] = {"verb": verb.value} if verb else {}
                yield from cast.shot(route, role, slip.state, code=slip.code, **words)
                break

    return pages


def new_slip(cast: Cast, route: str) -> Iterator[Shot]:
    """The form on orders that may be supervised; and before any is chosen."""
    for role in ("subdistrict", "district"):
        yield from cast.shot(route, role, "nothing chosen")
        for order, actor in cast.orders(role):
            if may_supervise(actor, order) and order.handler is not None:
                yield from cast.shot(route, role, "", {"order": order.reference})
                break


OFFICIALS = ("clerk", "grid", "manager", "department", "subdistrict", "district")
NOTHING_FOUND = {"search": "没有这样的事"}

TABLE: dict[str, Pages] = {
    "front": seen_by("nobody", "newcomer", "resident", "administrator"),
    "overview": seen_by("subdistrict", "district"),
    "health": seen_by("administrator", "district"),
    "stylebook": seen_by("nobody"),
    "accounts:sign_in": seen_by("nobody"),
    "accounts:register": seen_by("nobody"),
    "accounts:register_confirm": seen_by(
        "nobody", session={"registering": {"phone": "13912345678", "next": ""}}
    ),
    "accounts:preferences": seen_by("resident", "clerk"),
    "accounts:phone": seen_by("resident"),
    "accounts:email": seen_by("resident"),
    "notifications:wishes": seen_by("resident", "clerk"),
    "outbox": seen_by("district"),
    "groups": seen_by("subdistrict"),
    "notifications:list": seen_by("newcomer", "resident", "clerk", "manager", "subdistrict"),
    "complaints:report": seen_by("nobody", "resident"),
    "complaints:report_step": questions,
    "complaints:report_done": sent,
    "complaints:track": seen_by("nobody"),
    "complaints:mine": seen_by("newcomer", "resident", "auditor"),
    "complaints:claim": seen_by("newcomer", "resident"),
    "complaints:enter": seen_by("clerk", "grid"),
    "complaints:queue": all_of(
        seen_by("clerk", "grid", "subdistrict", "district"),
        seen_by("clerk", what="nothing found", query=NOTHING_FOUND),
    ),
    "complaints:orders": seen_by("manager", "repairer", "department"),
    "complaints:all": all_of(
        seen_by("committee", "auditor", *OFFICIALS),
        seen_by("clerk", what="nothing found", query=NOTHING_FOUND),
    ),
    "complaints:detail": orders,
    "complaints:deadlines": reckonings,
    "complaints:verb": forms,
    "supervision:list": all_of(
        seen_by("subdistrict", "district", "manager", "auditor"),
        seen_by("subdistrict", what="ended", query={"tab": "ended"}),
    ),
    "supervision:new": new_slip,
    "supervision:detail": slips("subdistrict", "district", "manager", "auditor"),
    "supervision:sheet": slips("subdistrict", "manager"),
    "supervision:verb": all_of(
        slips("manager", "department", verb=SupervisionVerb.REPLY),
        slips("subdistrict", "district", verb=SupervisionVerb.SEND_BACK),
    ),
    "communities:calendar": seen_by("nobody"),
    "communities:calendar_year": years,
    "communities:calendar_edit": notices,
    "rules:promises": seen_by("nobody"),
    "rules:promises_of": in_district("nobody"),
    "rules:rules": seen_by("clerk", "subdistrict", "district"),
    "rules:place": in_district("district"),
    "rules:category": in_district("district"),
    "rules:hours": in_district("district"),
    "rules:inherit": in_district("district"),
    "rules:presets": in_district("district"),
    "rules:preset": in_district("district", preset="beijing_tiers"),
    "rules:rule": in_district("clerk", "district", stage="handle", which="normal"),
    "rules:withdraw": in_district("district", stage="handle", which="normal"),
    "communities:duty": seen_by("clerk", "subdistrict", "district"),
    "communities:duty_shift": shifts,
    **REGISTER,
    **KEEPING,
    "communities:messages": seen_by("resident", "clerk"),
    "communities:office_withdraw": REGISTER["communities:office_dismiss"],
    **RATINGS,
    **SCORES,
    **CREDIT,
    **RESULTS,
    "api:docs": seen_by("nobody"),
}

# Pages that no address leads to: the template and what it is told.
ERRORS: dict[str, dict[str, Any]] = {
    "400.html": {},
    "403.html": {},
    "404.html": {},
    "500.html": {},
    "503.html": {"here": "/orders/report/", "posted": True, "sent": [("description", "…")]},
    "csrf.html": {"back": "/"},
}


def routes() -> Iterator[tuple[str, str]]:
    """Name and path of every named route."""
    yield from _beneath(get_resolver(), "", "")


def _beneath(resolver: URLResolver, space: str, path: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _beneath(entry, inner, here)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or here}", here


def missed() -> list[str]:
    """Routes that nobody has thought of here."""
    return sorted(
        name
        for name, path in routes()
        if not path.startswith(FOR_PROGRAMS) and name not in TABLE and name not in NO_PAGE
    )


def stale() -> list[str]:
    """Names here that are no route any more."""
    known = {name for name, _path in routes()}
    return sorted((set(TABLE) | set(NO_PAGE)) - known)


def shots(cast: Cast) -> Iterator[Shot]:
    """Every picture to be taken."""
    for route, pages in TABLE.items():
        yield from pages(cast, route)
